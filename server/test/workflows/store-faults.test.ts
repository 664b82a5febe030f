import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MigrationStore, StoreUnavailable } from '../../src/application/ports/migration-store.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, review, startEngineHarness, step } from './engine-harness.ts';

/** How the store of a run fails: before it wrote, or after, so that only its answer is lost. */
type Fault = 'before' | 'after';
let faultOf: (runId: string, write: number) => Fault | undefined = () => undefined;
const writes = new Map<string, number>();

function faulty(real: MigrationStore): MigrationStore {
  async function write<Outcome>(runId: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const number = (writes.get(runId) ?? 0) + 1;
    writes.set(runId, number);
    const fault = faultOf(runId, number);
    if (fault === 'before') throw new StoreUnavailable('Redis is away.');
    const outcome = await work();
    if (fault === 'after') throw new StoreUnavailable('The answer was lost.');
    return outcome;
  }
  return {
    ...real,
    project: (projection) => write(projection.runId, () => real.project(projection)),
    projectAndLoad: (projection, ...attempt) =>
      write(projection.runId, () => real.projectAndLoad(projection, ...attempt)),
    projectAccepted: (projection, attempt) =>
      write(projection.runId, () => real.projectAccepted(projection, attempt)),
  };
}

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness({ store: faulty });
});
afterAll(() => loom.close());
beforeEach(() => {
  faultOf = () => undefined;
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const EVENTS_OF_TWO = [
  'run.requested',
  'run.started',
  ...['step.dispatched', 'step.accepted', 'step.succeeded'],
  ...['step.dispatched', 'step.accepted', 'step.succeeded'],
  'run.completed',
];

describe('a run whose store fails', () => {
  test.each(['before', 'after'] as const)(
    'at every second write, %s it wrote, loses nothing and doubles nothing',
    async (fault) => {
      faultOf = (_, write) => (write % 2 === 1 ? fault : undefined);
      const run = await loom.start([step('one'), step('two')]);
      for (const name of ['one', 'two']) {
        await expect
          .poll(() => run.dials().some((dial) => dial.stepName === name), { timeout: 10_000 })
          .toBe(true);
        await expect
          .poll(() => run.callback(name, 'succeeded', { eventId: name }), { timeout: 10_000 })
          .toMatchObject({ ok: true });
      }
      await run.ends('completed');

      expect(await run.attempts()).toEqual(['0:execute:1:succeeded', '1:execute:1:succeeded']);
      expect((await run.eventTypes()).toSorted()).toEqual(EVENTS_OF_TWO.toSorted());
    },
  );

  test('for a while writes everything once it is back, though much happened meanwhile', async () => {
    const run = await loom.start([review('check'), step('one')]);
    await run.shows('awaiting_approval');
    let isAway = true;
    faultOf = (runId) => (runId === run.ref.runId && isAway ? 'before' : undefined);
    expect(await run.decide('check', 'approved', 'Fine.')).toMatchObject({ ok: true });
    expect(await run.changeInputs({})).toMatchObject({ ok: true });
    expect(await run.cancel({ reason: 'Wrong.' })).toMatchObject({ ok: true });
    expect(await run.candidate()).toMatchObject({ runState: 'awaiting_approval' });
    isAway = false;
    await run.ends('not_started');

    expect(run.dials()).toEqual([]);
    expect(await run.attempts()).toEqual(['0:execute:1:succeeded', '1:execute:1:cancelled']);
    expect(await run.stored()).toMatchObject({ outcome: 'cancelled', inputsVersion: 2 });
    expect(await run.eventTypes()).toEqual([
      'run.requested',
      'run.started',
      'review.requested',
      'step.succeeded',
      'step.dispatched',
      'inputs.changed',
      'step.cancelled',
      'run.cancel_requested',
      'run.cancelled',
    ]);
  });

  test('when the worker has accepted shows that later, and does not dial again', async () => {
    faultOf = (_, write) => (write === 2 ? 'before' : undefined);
    const run = await loom.start([step('one')]);
    await run.shows('in_progress', { who: 'worker' });

    expect(run.dials()).toHaveLength(1);
  });

  test('before the worker is dialled does not dial it, since nobody would know of the attempt', async () => {
    let isAway = true;
    faultOf = () => (isAway ? 'before' : undefined);
    const run = await loom.start([step('one')]);
    await expect.poll(() => writes.get(run.ref.runId) ?? 0, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(run.dials()).toEqual([]);
    isAway = false;
    await run.shows('in_progress');

    expect(run.dials()).toHaveLength(1);
  });

  test('for so long that the run continues as new still writes everything', async () => {
    const run = await loom.start([step('one'), review('check')]);
    await run.shows('in_progress');
    let isAway = true;
    faultOf = (runId) => (runId === run.ref.runId && isAway ? 'before' : undefined);
    await run.callback('one', 'succeeded', { outputs: { chart: 'web' } });
    await loom.continueAsNew(run);
    isAway = false;
    await run.shows('awaiting_approval');

    expect((await run.steps()).steps[0]?.attempts).toMatchObject([
      { outcome: 'succeeded', outputs: { chart: 'web' } },
    ]);
  });

  test('at its last write ends all the same', async () => {
    loom.dispatcher.script = () => done();
    faultOf = (_, write) => (write === 2 ? 'after' : undefined);
    const run = await loom.start([step('one')]);
    await run.ends('completed');

    expect((await run.eventTypes()).filter((type) => type === 'run.completed')).toHaveLength(1);
  });
});

describe('a write that comes too late', () => {
  test('is written again above the later one, which a lost workflow task has left behind', async () => {
    const run = await loom.start([step('one')]);
    await run.shows('in_progress');
    const stored = await run.stored();
    const candidate = await run.candidate();
    await loom.memory.project({
      ...run.ref,
      seq: stored.seq + 500_000,
      at: new Date().toISOString(),
      view: { status: 'running', runState: 'queued', since: candidate.since ?? '' },
      attempts: [],
      events: [],
    });
    await run.callback('one', 'failed', { message: 'No.' });
    await run.shows('awaiting_retry', { reason: 'No.' });

    expect(await run.attempts()).toEqual(['0:execute:1:failed']);
    expect((await run.stored()).seq).toBeGreaterThan(stored.seq + 500_000);
  });
});
