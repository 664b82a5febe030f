import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { defineMigration } from '../define-migration.ts';
import { defineStep } from '../define-step.ts';
import { merged, pending, succeeded } from '../outcomes.ts';
import { openCuttableLink } from '../test-support/cuttable-link.ts';
import { collectLogs, post, startTestWorker } from '../test-support/start-test-worker.ts';
import { until } from '../test-support/until.ts';

const hour = 3_600_000;

/** A step that waits until it is polled. */
const merge = defineStep({
  type: 'merge',
  run: async () => pending('Waits for the merge.', { pull: 7 }),
  poll: async () => merged(),
});
const merging = defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'merge', use: merge }] });

/** Options of workers that share a Redis of their own. */
function sharing() {
  return {
    store: { redisUrl: inject('redisUrl') },
    namespace: `t-${randomUUID()}`,
    pollEveryMs: hour,
    leaseMs: 3_000,
  };
}

describe('attempts in a shared Redis', () => {
  it('are taken up by another instance when their own goes away', async () => {
    const options = { ...sharing(), migrations: [merging] };
    const { worker: one, server } = await startTestWorker(options);
    await startTestWorker(options, server);
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${one.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(1));
    expect(server.announcements.every(({ singleInstance }) => singleInstance)).toBe(false);
    await one.close();
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
  });

  it('are left to others by an instance that someone drains', async () => {
    const options = { ...sharing(), migrations: [merging] };
    const { worker: one, server } = await startTestWorker(options);
    const { worker: two } = await startTestWorker(options, server);
    server.scripts.heartbeat = ({ instanceId }, response) => {
      response.json({ leaseSeconds: 30, heartbeatSeconds: 0.05, draining: instanceId === two.instanceId });
      return true;
    };
    await until(() => expect(two.isDrained()).toBe(true));
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${one.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(1));
    await one.close();
    const beats = server.heartbeats.length;
    // A lease of 3 s is looked at each second; these are two seconds of heartbeats.
    await until(() => expect(server.heartbeats.length).toBeGreaterThan(beats + 40));
    expect(server.heartbeats.at(-1)).toMatchObject({ instanceId: two.instanceId, busy: [] });
    const { worker: three } = await startTestWorker(options, server);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
    expect(three.isDrained()).toBe(false);
  });

  it('are cancelled by whichever instance is told, and done by one', async () => {
    const options = { ...sharing(), migrations: [merging] };
    const { worker: one, server } = await startTestWorker(options);
    const { worker: two } = await startTestWorker(options, server);
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${one.url}/dispatch-step`, dispatch);
    const busy = () =>
      server.heartbeats.filter(({ instanceId }) => instanceId === one.instanceId).at(-1)?.busy;
    await until(() => expect(busy()).toHaveLength(1));
    expect((await post(`${two.url}/dispatch-step`, dispatch)).status).toBe(202);
    const { migrationId, runId, stepName, phase, attempt, idempotencyKey } = dispatch;
    const cancellation = {
      migrationId,
      candidateId: 'world',
      runId,
      stepName,
      phase,
      attempt,
      idempotencyKey,
    };
    expect((await post(`${two.url}/cancel-step`, cancellation)).status).toBe(200);
    await until(() => expect(busy()).toEqual([]));
    expect((await post(`${one.url}/dispatch-step`, dispatch)).status).toBe(409);
  });

  it('are left alone by an instance that cannot do them', async () => {
    const options = sharing();
    const { worker: one, server } = await startTestWorker({ ...options, migrations: [merging] });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${one.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(1));
    await one.close();

    const sign = defineStep({ type: 'sign', run: async () => succeeded() });
    const older = defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'sign', use: sign }] });
    const { lines, logger } = collectLogs();
    await startTestWorker({ ...options, migrations: [older], logger }, server);
    await until(() =>
      expect(lines).toContainEqual(
        expect.objectContaining({
          msg: 'left an attempt alone',
          reason: 'This worker has no step type "merge" in the migration "hello".',
        }),
      ),
    );
    await startTestWorker({ ...options, migrations: [merging] }, server);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
  });

  it('that fit a definition no more fail when they are dispatched again, and are gone on with by nobody', async () => {
    const options = sharing();
    const { worker: one, server } = await startTestWorker({ ...options, migrations: [merging] });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${one.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(1));
    await one.close();

    const strict = defineStep({
      type: 'merge',
      config: z.object({ method: z.string() }),
      run: async () => succeeded(),
    });
    const newer = defineMigration({
      id: 'hello',
      name: 'Hello',
      steps: [{ name: 'merge', use: strict, config: { method: 'squash' } }],
    });
    const { worker: two } = await startTestWorker({ ...options, migrations: [newer] }, server);
    expect((await post(`${two.url}/dispatch-step`, dispatch)).status).toBe(422);
    await two.close();
    await startTestWorker({ ...options, migrations: [merging] }, server);
    await until(() => expect(server.heartbeats.at(-1)?.busy).toEqual([]));
    expect(server.callbacksOf(dispatch).map(({ status }) => status)).toEqual(['pending']);
  });

  it('are not accepted while the Redis is away, and what is under way waits for it', async () => {
    const link = await openCuttableLink(new URL(inject('redisUrl')));
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const slow = defineStep({ type: 'slow', run: () => ended.then(() => succeeded({ message: 'Done.' })) });
    const { lines, logger } = collectLogs();
    const { worker, server } = await startTestWorker({
      ...sharing(),
      logger,
      // Longer than the test: the lease is renewed when the link is healed.
      leaseMs: 60_000,
      store: { redisUrl: link.url },
      migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'slow', use: slow }] })],
    });
    const dispatch = server.dispatchOf({ stepName: 'slow' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    link.cut();
    const refused = await post(`${worker.url}/dispatch-step`, server.dispatchOf({ stepName: 'slow' }));
    expect(refused).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    end();
    await until(() => {
      const saying = lines.map(({ msg }) => msg);
      expect(saying).toContain('the attempt could not be saved and is saved again');
    });
    expect(server.callbacks).toEqual([]);
    link.heal();
    expect(await server.waitForResult(dispatch)).toMatchObject({ message: 'Done.' });
  });
});
