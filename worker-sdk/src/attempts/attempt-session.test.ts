import { describe, expect, it } from 'vitest';
import { defineMigration } from '../define-migration.ts';
import { defineStep } from '../define-step.ts';
import { failed, pending, succeeded } from '../outcomes.ts';
import type { StepContext, StepOutcome } from '../step-context.ts';
import { collectLogs, post, startTestServer, startTestWorker } from '../test-support/start-test-worker.ts';
import { until } from '../test-support/until.ts';

type Run = (context: StepContext) => Promise<StepOutcome>;

/** A migration of one step `greet` with these handlers. */
function migrationOf(run: Run) {
  const greet = defineStep({ type: 'greet', run });
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

describe('the callbacks of an attempt', () => {
  it('are repeated until the server has them, with the same event id', async () => {
    const server = await startTestServer();
    server.scripts.callback = (_body, response, times) => {
      if (times === 1) response.status(503).set('Retry-After', '0').end();
      else if (times === 2) response.destroy();
      else return false;
      return true;
    };
    const { worker } = await startTestWorker({ migrations: [migrationOf(async () => succeeded())] }, server);
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacksOf(dispatch)).toHaveLength(3), 10_000);
    expect(new Set(server.callbacksOf(dispatch).map(({ eventId }) => eventId)).size).toBe(1);
    await until(() => expect(server.heartbeats.at(-1)?.busy).toEqual([]));
  });

  it('are sent to the address of the newest delivery', async () => {
    const old = await startTestServer();
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(async () => succeeded())] });
    const dispatch = server.dispatchOf();
    await old.pause();
    await post(`${worker.url}/dispatch-step`, {
      ...dispatch,
      callbackUrl: `${old.url}/api/v1/event/hello__world`,
    });
    await until(() => expect(server.heartbeats.at(-1)?.busy).toHaveLength(1));
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'succeeded' });
    await old.restart();
  });

  it.each([
    [410, 409],
    [404, 202],
    [401, 202],
    [409, 202],
  ])('end with a %i, and a redelivery is answered %i', async (status, redelivered) => {
    const server = await startTestServer();
    server.scripts.callback = (_body, response, times) => {
      if (times > 1) return false;
      response.status(status).type('application/problem+json').send('{"detail":"The run is over."}');
      return true;
    };
    const { lines, logger } = collectLogs();
    let runs = 0;
    const run: Run = async () => {
      runs += 1;
      return succeeded();
    };
    const { worker } = await startTestWorker({ migrations: [migrationOf(run)], logger }, server);
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(lines.map(({ msg }) => msg)).toContain('stopped, as the server told'));
    await until(() => expect(server.heartbeats.at(-1)?.busy).toEqual([]));
    await until(async () => {
      expect((await post(`${worker.url}/dispatch-step`, dispatch)).status).toBe(redelivered);
    });
    const callbacks = redelivered === 202 ? 2 : 1;
    await until(() => expect(server.callbacksOf(dispatch).length).toBeGreaterThanOrEqual(callbacks));
    expect(runs).toBe(1);
  });

  it('become a failure where the server refuses the result itself', async () => {
    const server = await startTestServer();
    server.scripts.callback = (body, response) => {
      if (body.status !== 'succeeded') return false;
      response.status(422).type('application/problem+json').send('{"detail":"No such output."}');
      return true;
    };
    const { worker } = await startTestWorker({ migrations: [migrationOf(async () => succeeded())] }, server);
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() =>
      expect(server.callbacksOf(dispatch).at(-1)).toMatchObject({
        status: 'failed',
        failureClass: 'fatal',
        message: 'The server refused the result of the step: HTTP 422: No such output.',
      }),
    );
  });

  it('tell the newest progress at most once in 5 s, and the result at once', async () => {
    const gate = makeGate();
    const run: Run = async ({ progress }) => {
      progress('one');
      await gate.opened;
      progress('two', { prUrl: 'https://forge.test/pull/1' });
      progress('three');
      return succeeded({ message: 'four' });
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run)] });
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacksOf(dispatch)).toHaveLength(1));
    gate.open();
    await server.waitForResult(dispatch, 4_000);
    expect(server.callbacksOf(dispatch).map(({ status, message }) => [status, message])).toEqual([
      ['pending', 'one'],
      ['succeeded', 'four'],
    ]);
  });

  it('carry the operations of the attempt, without credentials', async () => {
    const run: Run = async ({ operation }) => {
      operation({
        kind: 'git.push',
        at: '2026-01-01T00:00:00Z',
        repository: 'https://bot:secret-word@forge.test/a.git',
        branch: 'loom/x',
        durationMs: 12.4,
        result: 'failed',
        message: 'x'.repeat(600),
      });
      return failed('Could not push.');
    };
    const { worker, server } = await startTestWorker({ migrations: [migrationOf(run)] });
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect((await server.waitForResult(dispatch)).operations).toEqual([
      {
        id: expect.any(String),
        kind: 'git.push',
        at: '2026-01-01T00:00:00.000Z',
        repository: 'https://***@forge.test/a.git',
        branch: 'loom/x',
        durationMs: 12,
        result: 'failed',
        message: expect.stringMatching(/^x{497}…$/),
      },
    ]);
    expect(server.breaches).toEqual([]);
  });
});

describe('a step that waits', () => {
  it('is not pending without a poll handler', async () => {
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(async () => pending('Waiting.', {}))],
    });
    const dispatch = server.dispatchOf();
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({
      status: 'failed',
      failureClass: 'fatal',
      message: 'The step type "greet" answers pending but has no poll handler.',
    });
  });
});
