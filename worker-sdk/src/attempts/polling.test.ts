import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineMigration } from '../define-migration.ts';
import { defineStep } from '../define-step.ts';
import { failed, merged, pending, succeeded } from '../outcomes.ts';
import type { JsonObject, StepContext, StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { post, startTestWorker } from '../test-support/start-test-worker.ts';
import { until } from '../test-support/until.ts';

type Run = (context: StepContext) => Promise<StepOutcome>;
type Poll = (context: StepContext, state: JsonObject) => Promise<StepOutcome>;

const openPull: Run = async () =>
  pending('Waits for the merge of #7.', { pull: 7 }, { prUrl: 'https://forge.test/pull/7' });

function migrationOf(run: Run, poll: Poll) {
  const merge = defineStep({ type: 'merge', run, poll });
  return defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'merge', use: merge }] });
}

const hour = 3_600_000;

describe('an attempt that waits', () => {
  it('tells the server, is polled with what it kept, and ends with what the poll gives', async () => {
    const states: JsonObject[] = [];
    const poll: Poll = async (_context, state) => {
      states.push(state);
      return states.length < 3
        ? pending('Waits for the merge of #7.', { pull: 7 }, { prUrl: 'https://forge.test/pull/7' })
        : merged({ message: 'Merged.' });
    };
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(openPull, poll)],
      pollEveryMs: 50,
    });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged', message: 'Merged.' });
    expect(states).toEqual([{ pull: 7 }, { pull: 7 }, { pull: 7 }]);
    // What had not changed was told once.
    expect(server.callbacksOf(dispatch).map(({ status, message }) => [status, message])).toEqual([
      ['pending', 'Waits for the merge of #7.'],
      ['merged', 'Merged.'],
    ]);
    expect(server.callbacksOf(dispatch)[0]?.metadata).toEqual({ prUrl: 'https://forge.test/pull/7' });
  });

  it('keeps the newest state and tells what is new', async () => {
    const poll: Poll = async (_context, { count = 0 }) =>
      Number(count) < 2
        ? pending(`Seen ${Number(count) + 1} times.`, { count: Number(count) + 1 })
        : succeeded();
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(openPull, poll)],
      pollEveryMs: 50,
    });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'succeeded' });
  });

  it('is polled at once when it is woken, and others are not', async () => {
    const polled: string[] = [];
    const run: Run = async ({ candidate }) => pending('Waits.', { pull: candidate.id });
    const poll: Poll = async ({ candidate }) => {
      polled.push(candidate.id);
      return merged();
    };
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(run, poll)],
      pollEveryMs: hour,
    });
    const dispatches = ['a', 'b'].map((id) =>
      server.dispatchOf({
        stepName: 'merge',
        candidate: { id, kind: 'name', labels: {}, metadata: {}, files: [] },
      }),
    );
    for (const dispatch of dispatches) await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(2));
    const shown: unknown[] = [];
    const woken = worker.wake((attempt) => {
      shown.push(attempt);
      return attempt.state['pull'] === 'b';
    });
    expect(woken).toBe(1);
    expect(shown[0]).toEqual({
      migrationId: 'hello',
      candidateId: 'a',
      runId: dispatches[0]?.runId,
      stepName: 'merge',
      attempt: 1,
      state: { pull: 'a' },
      metadata: {},
    });
    await until(() => expect(polled).toEqual(['b']));
  });

  it('looks once more when it was woken before it began to wait, or while it looked', async () => {
    const gates: (() => void)[] = [];
    const gate = () => new Promise<void>((resolve) => gates.push(resolve));
    let polls = 0;
    const run: Run = async () => {
      await gate();
      return pending('Waits.', {});
    };
    const poll: Poll = async () => {
      polls += 1;
      if (polls === 2) return merged();
      await gate();
      return pending('Waits.', {});
    };
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(run, poll)],
      pollEveryMs: hour,
    });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(gates).toHaveLength(1));
    worker.wake(() => true);
    gates[0]?.();
    await until(() => expect(gates).toHaveLength(2));
    worker.wake(() => true);
    gates[1]?.();
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
  });

  it('does not fail by trouble on the way, tells of it, and of its end', async () => {
    let polls = 0;
    const poll: Poll = async () => {
      polls += 1;
      if (polls < 6) throw Object.assign(new Error('Bad gateway'), { status: 502 });
      return merged();
    };
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(openPull, poll)],
      pollEveryMs: 50,
    });
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
    expect(polls).toBe(6);
  });

  it('fails by what its poll says, at once, or by a fault of the poll that stays', async () => {
    const polls: Record<string, number> = {};
    const poll: Poll = async ({ candidate: { id } }) => {
      polls[id] = (polls[id] ?? 0) + 1;
      if (id === 'closed') return failed('Closed without merging.', { failureClass: 'conflict' });
      if (id === 'final') throw new StepFailure('Gone.', { failureClass: 'invalid' });
      throw new Error('x is not a function');
    };
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(openPull, poll)],
      pollEveryMs: 50,
    });
    const results: unknown[] = [];
    for (const id of ['closed', 'final', 'broken']) {
      const dispatch = server.dispatchOf({
        stepName: 'merge',
        candidate: { id, kind: 'name', labels: {}, metadata: {}, files: [] },
      });
      await post(`${worker.url}/dispatch-step`, dispatch);
      results.push((await server.waitForResult(dispatch)).message);
    }
    expect(results).toEqual(['Closed without merging.', 'Gone.', 'x is not a function']);
    expect(polls).toEqual({ closed: 1, final: 1, broken: 3 });
  });

  it.each([0, 200])('ends at its deadline, however early that comes: after %i ms', async (timeoutMs) => {
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(openPull, async () => merged())],
      pollEveryMs: hour,
    });
    const dispatch = server.dispatchOf({ stepName: 'merge', timeoutMs });
    await post(`${worker.url}/dispatch-step`, dispatch);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'failed', failureClass: 'timeout' });
  });

  it('waits on after a restart, and tells the server again what it waits for', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'loom-worker-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    const states: JsonObject[] = [];
    const poll: Poll = async (_context, state) => {
      states.push(state);
      return merged();
    };
    const store = { stateDir };
    const first = await startTestWorker({
      migrations: [migrationOf(openPull, poll)],
      store,
      pollEveryMs: hour,
    });
    const { server } = first;
    const dispatch = server.dispatchOf({ stepName: 'merge' });
    await post(`${first.worker.url}/dispatch-step`, dispatch);
    await until(() => expect(server.callbacks).toHaveLength(1));
    await first.worker.close();
    await startTestWorker({ migrations: [migrationOf(openPull, poll)], store, pollEveryMs: hour }, server);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'merged' });
    expect(states).toEqual([{ pull: 7 }]);
  });
});
