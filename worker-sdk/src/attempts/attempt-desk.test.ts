import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineMigration } from '../define-migration.ts';
import { defineStep } from '../define-step.ts';
import { failed, succeeded } from '../outcomes.ts';
import type { StepContext, StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { post, startTestWorker } from '../test-support/start-test-worker.ts';
import { until } from '../test-support/until.ts';

type Run = (context: StepContext) => Promise<StepOutcome>;

/** A migration of one step `greet` with these handlers. */
function migrationOf(run: Run, more: { inline?: boolean; compensate?: Run } = {}) {
  const greet = defineStep({ type: 'greet', run, ...more });
  return defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'greet', use: greet }] });
}

/** A promise that a test ends from outside. */
function makeGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('dispatching a step to a worker', () => {
  it('is answered at once, and the result comes back as a callback with token and trace', async () => {
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async ({ candidate, attempt, idempotencyKey, outputs, deadline }) => {
          expect(deadline?.getTime()).toBeGreaterThan(Date.now());
          return succeeded({
            message: `Greeted ${candidate.id}.`,
            outputs: { attempt, idempotencyKey, before: outputs['before'] },
            metadata: { seen: true },
          });
        }),
      ],
    });
    const dispatch = server.dispatchOf({ outputs: { before: { x: 1 } } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await post(`${worker.url}/dispatch-step`, dispatch, { traceparent });
    expect(answer.status).toBe(202);

    expect(await server.waitForResult(dispatch)).toEqual({
      runId: dispatch.runId,
      stepName: 'greet',
      candidateId: 'world',
      phase: 'execute',
      attempt: 1,
      eventId: expect.any(String),
      status: 'succeeded',
      message: 'Greeted world.',
      outputs: { attempt: 1, idempotencyKey: dispatch.idempotencyKey, before: { x: 1 } },
      metadata: { seen: true },
    });
    expect(server.callbacks[0]).toMatchObject({
      path: '/api/v1/event/hello__world',
      token: dispatch.callbackToken,
      traceparent,
    });
    expect(server.breaches).toEqual([]);
  });

  it('does the work once however often it is delivered', async () => {
    const gate = makeGate();
    let runs = 0;
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async () => {
          runs += 1;
          await gate.opened;
          return succeeded();
        }),
      ],
    });
    const dispatch = server.dispatchOf();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(`${worker.url}/dispatch-step`, dispatch)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
    gate.open();
    const result = await server.waitForResult(dispatch);

    // After the acknowledgement the server asks again: it gets the same event again, not another run.
    expect((await post(`${worker.url}/dispatch-step`, dispatch)).status).toBe(202);
    await until(() => expect(server.callbacksOf(dispatch)).toHaveLength(2));
    expect(server.callbacksOf(dispatch)[1]).toEqual(result);
    expect(runs).toBe(1);
  });

  it('answers a step that ends at once within the request, and a redelivery the same', async () => {
    let runs = 0;
    const run: Run = async ({ operation }) => {
      runs += 1;
      operation({ kind: 'git.clone', at: new Date().toISOString(), durationMs: 1, result: 'ok' });
      return succeeded({ message: 'Hello.' });
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run, { inline: true })] });
    const dispatch = server.dispatchOf();
    const first = await post(`${worker.url}/dispatch-step`, dispatch);
    expect(first).toMatchObject({ status: 200, body: { status: 'succeeded', message: 'Hello.' } });
    expect(first.body).toMatchObject({ operations: [{ kind: 'git.clone' }] });
    expect(await post(`${worker.url}/dispatch-step`, dispatch)).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect(runs).toBe(1);
    expect(server.callbacks).toEqual([]);
  });

  it('goes on by callback when an inline step takes too long, or is delivered again meanwhile', async () => {
    const gate = makeGate();
    const run: Run = async () => {
      await gate.opened;
      return succeeded();
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run, { inline: true })] });
    const slow = server.dispatchOf();
    const asked = post(`${worker.url}/dispatch-step`, slow);
    const twice = server.dispatchOf();
    const answers = [
      post(`${worker.url}/dispatch-step`, twice),
      until(async () => {
        await until(() => expect(server.heartbeats.at(-1)?.busy).toHaveLength(2));
        return post(`${worker.url}/dispatch-step`, twice);
      }),
    ];
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 202]);
    expect((await asked).status).toBe(202);
    gate.open();
    expect(await server.waitForResult(slow)).toMatchObject({ status: 'succeeded' });
    expect(await server.waitForResult(twice)).toMatchObject({ status: 'succeeded' });
  });

  it('refuses an older attempt, ends it when a newer one comes, and keeps the phases apart', async () => {
    const aborted: number[] = [];
    const run: Run = ({ attempt, signal }) =>
      new Promise((resolve, reject) => {
        if (attempt === 2) resolve(succeeded());
        signal.addEventListener('abort', () => {
          aborted.push(attempt);
          reject(signal.reason);
        });
      });
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(run, { compensate: async () => succeeded({ message: 'Undone.' }) })],
    });
    const first = server.dispatchOf();
    const second = server.dispatchOf({ runId: first.runId, attempt: 2 });
    const undo = server.dispatchOf({ runId: first.runId, phase: 'compensate' });
    await post(`${worker.url}/dispatch-step`, first);
    expect((await post(`${worker.url}/dispatch-step`, second)).status).toBe(202);
    await server.waitForResult(second);
    expect(aborted).toEqual([1]);
    expect(await post(`${worker.url}/dispatch-step`, first)).toMatchObject({
      status: 409,
      body: { type: '/problems/superseded' },
    });
    expect((await post(`${worker.url}/dispatch-step`, undo)).status).toBe(202);
    expect(await server.waitForResult(undo)).toMatchObject({ message: 'Undone.' });
    expect(server.callbacksOf(first)).toEqual([]);
  });

  it('aborts a cancelled attempt, says nothing more about it and refuses it from then on', async () => {
    const gate = makeGate();
    const reasons: unknown[] = [];
    const run: Run = async ({ signal }) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        gate.open();
      });
      await gate.opened;
      return succeeded();
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run)] });
    const dispatch = server.dispatchOf();
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
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect([200, 202]).toContain((await post(`${worker.url}/cancel-step`, cancellation)).status);
    expect(reasons).toEqual([expect.objectContaining({ reason: 'cancelled' })]);
    expect((await post(`${worker.url}/dispatch-step`, dispatch)).status).toBe(409);
    expect(
      (await post(`${worker.url}/cancel-step`, { ...cancellation, runId: randomUUID(), idempotencyKey: 'x' }))
        .status,
    ).toBe(404);

    const next = server.dispatchOf({ runId, attempt: 2 });
    await post(`${worker.url}/dispatch-step`, next);
    await server.waitForResult(next);
    expect(server.callbacksOf(dispatch)).toEqual([]);
  });

  it('says whether the handler of a cancelled attempt has ended, which may take as long as the server waits', async () => {
    const gate = makeGate();
    const graces: unknown[] = [];
    const run: Run = async ({ signal }) => {
      signal.addEventListener('abort', () => graces.push(signal.reason));
      await gate.opened;
      return succeeded();
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run)] });
    const dispatch = server.dispatchOf();
    const { migrationId, runId, stepName, phase, attempt, idempotencyKey } = dispatch;
    const name = { migrationId, candidateId: 'world', runId, stepName, phase, attempt, idempotencyKey };
    const cancel = async (graceMs: number) =>
      (await post(`${worker.url}/cancel-step`, { ...name, graceMs })).status;
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await cancel(60_000)).toBe(202);
    expect(await cancel(59_000)).toBe(202);
    expect(graces).toEqual([expect.objectContaining({ reason: 'cancelled', graceMs: 60_000 })]);
    gate.open();
    expect(await cancel(58_000)).toBe(200);
    expect(server.callbacksOf(dispatch)).toEqual([]);
  });

  it('reports what a handler throws: its failure as it is, trouble on the way as such, the rest as it can', async () => {
    const errors: Record<string, unknown> = {
      failure: new StepFailure('The name is taken.', { failureClass: 'conflict', metadata: { name: 'x' } }),
      final: new StepFailure('Never.', { failureClass: 'fatal' }),
      network: new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      }),
      limit: Object.assign(new Error('You have exceeded a secondary rate limit'), { status: 403 }),
      bug: new Error('clone of https://me:ghp_0123456789abcdef@forge.test/a.git failed for token-of-bug'),
    };
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async ({ candidate }) => {
          throw errors[candidate.id];
        }),
      ],
    });
    const results: Record<string, unknown> = {};
    for (const id of Object.keys(errors)) {
      const dispatch = server.dispatchOf({
        candidate: { id, kind: 'name', labels: {}, metadata: {}, files: [] },
        callbackToken: `token-of-${id}`,
      });
      await post(`${worker.url}/dispatch-step`, dispatch);
      const { message, failureClass, retryable, metadata } = await server.waitForResult(dispatch);
      results[id] = { message, failureClass, retryable, metadata };
    }
    expect(results).toEqual({
      failure: {
        message: 'The name is taken.',
        failureClass: 'conflict',
        retryable: true,
        metadata: { name: 'x' },
      },
      final: { message: 'Never.', failureClass: 'fatal', retryable: false },
      network: {
        message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
        failureClass: 'transport',
        retryable: true,
      },
      limit: {
        message: 'You have exceeded a secondary rate limit',
        failureClass: 'throttled',
        retryable: true,
      },
      bug: { message: 'clone of https://***@forge.test/a.git failed for ***', retryable: true },
    });
    expect(server.breaches).toEqual([]);
  });

  it('fails a step whose outputs are too large to send, and cuts a long message', async () => {
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async ({ candidate }) =>
          candidate.id === 'large'
            ? succeeded({ outputs: { text: 'x'.repeat(70_000) } })
            : failed('é'.repeat(2_000)),
        ),
      ],
    });
    const of = (id: string) =>
      server.dispatchOf({ candidate: { id, kind: 'name', labels: {}, metadata: {}, files: [] } });
    const [large, wordy] = [of('large'), of('wordy')];
    for (const dispatch of [large, wordy]) await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(large)).toMatchObject({
      status: 'failed',
      failureClass: 'invalid',
      retryable: false,
      message: expect.stringMatching(/outputs and metadata take 69 KB together, and at most 64 KB/),
    });
    const { message = '' } = await server.waitForResult(wordy);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_048);
    expect(message.endsWith('é…')).toBe(true);
  });

  it('aborts at the deadline and says so', async () => {
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(
          ({ signal }) =>
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ),
      ],
    });
    const dispatch = server.dispatchOf({ timeoutMs: 50 });
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'failed', failureClass: 'timeout' });
  });

  it('takes no more than its queue holds, and what it knows all the same', async () => {
    const gate = makeGate();
    const { worker, server } = await startTestWorker({
      concurrency: 1,
      queueLimit: 1,
      migrations: [
        migrationOf(async () => {
          await gate.opened;
          return succeeded();
        }),
      ],
    });
    const [running, waiting, tooMany] = [server.dispatchOf(), server.dispatchOf(), server.dispatchOf()];
    expect((await post(`${worker.url}/dispatch-step`, running)).status).toBe(202);
    expect((await post(`${worker.url}/dispatch-step`, waiting)).status).toBe(202);
    const refused = await post(`${worker.url}/dispatch-step`, tooMany);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(`${worker.url}/dispatch-step`, running)).status).toBe(202);
    gate.open();
    await server.waitForResult(waiting);
    expect((await post(`${worker.url}/dispatch-step`, tooMany)).status).toBe(202);
    await server.waitForResult(tooMany);
  });

  it('tells what cannot be done apart from what this worker does not know', async () => {
    const strict = defineStep({
      type: 'strict',
      config: z.strictObject({ n: z.number() }),
      inputs: z.object({ to: z.string() }),
      run: async () => succeeded(),
    });
    const migration = defineMigration({
      id: 'hello',
      name: 'Hello',
      inputs: z.object({ to: z.string().min(2) }),
      steps: [{ name: 'strict', use: strict, config: { n: 1 } }],
    });
    const { worker, server } = await startTestWorker({ migrations: [migration] });
    const send = (parts: object) =>
      post(`${worker.url}/dispatch-step`, {
        ...server.dispatchOf({ stepName: 'strict', config: { n: 1 }, inputs: { to: 'me' } }),
        ...parts,
      });
    expect((await send({})).status).toBe(202);
    expect(await send({ config: { n: 'x' }, inputs: { to: 'm' } })).toMatchObject({
      status: 422,
      body: {
        type: '/problems/invalid-request',
        errors: [expect.stringMatching(/^config\.n: /), expect.stringMatching(/^inputs\.to: /)],
      },
    });
    expect(await send({ phase: 'compensate' })).toMatchObject({ status: 422 });
    expect(await send({ type: 'unheard-of' })).toMatchObject({ status: 404 });
    expect(await send({ migrationId: 'other' })).toMatchObject({ status: 404 });
    expect(await send({ runId: 'x', callbackUrl: 'file:///etc/passwd' })).toMatchObject({
      status: 422,
      body: { errors: [expect.stringMatching(/^runId: /), expect.stringMatching(/^callbackUrl: /)] },
    });
    expect(await post(`${worker.url}/dispatch-step`, '{"migrationId":')).toMatchObject({ status: 400 });
    expect(await post(`${worker.url}/dispatch-step`, `{"x":"${'x'.repeat(4_200_000)}"}`)).toMatchObject({
      status: 413,
    });
    expect(await post(`${worker.url}/dispatch-step`, '{}', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect((await fetch(`${worker.url}/dispatch-step`)).status).toBe(405);
    expect((await fetch(`${worker.url}/else`)).status).toBe(404);
  });

  it('refuses a key that stands for another attempt', async () => {
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(async () => succeeded())] });
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    const other = { ...server.dispatchOf(), idempotencyKey: dispatch.idempotencyKey };
    expect((await post(`${worker.url}/dispatch-step`, other)).status).toBe(422);
  });
});
