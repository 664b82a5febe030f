import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN, fenceOf } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import type { AttemptOutcome } from '../domain/attempt.ts';
import type { Run } from '../domain/run.ts';
import { applyCancel, applyRetry, finishCancel } from '../domain/run-commands.ts';
import { applyDialled, applyReport } from '../domain/run-reports.ts';
import { listSteps, type StepsView } from './list-steps.ts';
import type { RunRef } from './ports/refs.ts';
import { reportSignal } from './report-signal.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one', { compensable: true }), aStep('two')] });
});

async function list(runId?: string): Promise<StepsView> {
  const listed = await listSteps(world)({ ...REF, runId });
  if (!listed.ok) throw new Error(listed.problem.detail);
  return listed.value;
}
const statesOf = (view: StepsView) => view.steps.map(({ step, state }) => `${step.name}: ${state}`);
const report = (run: Run, status: 'succeeded' | 'merged' | 'failed') =>
  applyReport(run, { ...fenceOf(run), eventId: `e-${status}`, status }, world.now());

async function open(): Promise<{ ref: RunRef; run: Run }> {
  const ref = await world.start();
  return { ref, run: await world.write(await world.begin(ref)) };
}

describe('the steps of a candidate', () => {
  test('that never ran are all to come', async () => {
    expect(await list()).toMatchObject({ status: 'not_started', source: 'store' });
    expect(await list()).not.toHaveProperty('runId');
    expect(statesOf(await list())).toEqual(['one: to_come', 'two: to_come']);
  });

  test('that never ran are its own where it has some, and none where the migration vanished', async () => {
    world = createWorld((store) => ({ ...store, getMigration: async () => undefined }));
    await world.announce();
    expect((await list()).steps).toEqual([]);
    await world.announce({}, { steps: [aStep('own')] });

    expect(statesOf(await list())).toEqual(['own: to_come']);
  });

  test('are not found where candidate or run is not there', async () => {
    expect(wordOf(await listSteps(world)({ ...REF, candidateId: 'org/ghost' }))).toBe('not-found');
    expect(await listSteps(world)({ ...REF, runId: 'ghost' })).toMatchObject({
      problem: { word: 'not-found', detail: '"org/web" has no run ghost.' },
    });
  });
});

describe('the steps of an open run', () => {
  test('come from the run itself, with the payloads of the store', async () => {
    const { ref, run } = await open();
    const callback = { ...ref, stepIndex: 0, phase: 'execute', attempt: 1, contentHash: 'h' } as const;
    const report = {
      eventId: 'e-1',
      status: 'pending',
      message: 'Merge #7.',
      metadata: { who: 'reviewer' },
    } as const;
    await world.store.admitCallback({ ...callback, report, signal: reportSignal(report) });
    const pending = await world.write(
      applyReport(run, { ...fenceOf(run), eventId: 'e-1', status: 'pending', who: 'reviewer' }, world.now()),
    );
    world.engine.progresses.set(ref.runId, { view: pending.view, attempts: pending.attempts });
    world.clock.advance(500);

    expect(await list()).toMatchObject({
      runId: ref.runId,
      status: 'running',
      runState: 'pending',
      source: 'query',
      asOf: world.now().iso,
      steps: [{ state: 'active', attempts: [{ message: 'Merge #7.', metadata: { who: 'reviewer' } }] }, {}],
    });
  });

  test('come from the store, with its time, where the engine does not answer', async () => {
    const { ref } = await open();
    const writtenAt = world.now().iso;
    world.clock.advance(60_000);
    world.engine.isAway = true;

    expect(await list()).toMatchObject({
      runId: ref.runId,
      status: 'running',
      runState: 'dispatching',
      source: 'store',
      asOf: writtenAt,
    });
  });

  test('that nothing was written of yet are read now', async () => {
    await world.start();

    expect(await list()).toMatchObject({ status: 'not_started', runState: 'queued', asOf: world.now().iso });
  });

  test('show what came of each: tried again, done, to come', async () => {
    const { run } = await open();
    const retried = applyRetry(report(run, 'failed'), { actor: ANN }, world.now());
    await world.write(report(retried, 'merged'));

    const view = await list();
    expect(statesOf(view)).toEqual(['one: merged', 'two: active']);
    expect(view.steps[0]?.attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'failed'],
      [2, 'merged'],
    ]);
  });

  test('show an undo behind what it undoes, and the step compensated once it is done', async () => {
    const { run } = await open();
    const back = applyCancel(report(run, 'succeeded'), { compensate: true, actor: ANN }, world.now());
    const undoing = await world.write(back);
    expect(statesOf(await list())).toEqual(['one: active', 'two: cancelled']);
    await world.write(report(undoing, 'succeeded'));
    const view = await list();

    expect(statesOf(view)).toEqual(['one: compensated', 'two: cancelled']);
    expect(view.steps[0]?.attempts.map(({ phase }) => phase)).toEqual(['execute', 'compensate']);
  });
});

describe('the steps of a run that is over', () => {
  test('come from the store, and the run is not asked', async () => {
    const { ref, run } = await open();
    const cancelled = applyCancel(run, { compensate: false, actor: ANN }, world.now());
    await world.write(finishCancel(cancelled, world.now()));
    world.engine.progresses.set(ref.runId, { view: run.view, attempts: [] });

    expect(await list()).toMatchObject({ source: 'store', status: 'not_started', runState: undefined });
    expect(statesOf(await list())).toEqual(['one: cancelled', 'two: to_come']);
  });

  test('are reached by its id while another run is open', async () => {
    const { ref, run } = await open();
    await world.write(report(report(run, 'succeeded'), 'succeeded'));
    const status = await list(ref.runId);

    expect(status).toMatchObject({ runId: ref.runId, status: 'completed', runState: undefined });
  });
});

test.each([
  ['skipped', 'skipped'],
  ['timed_out', 'timed_out'],
  ['superseded', 'active'],
] as const)('an attempt that was %s makes its step %s', async (outcome: AttemptOutcome, state) => {
  const { ref, run } = await open();
  const [attempt] = run.attempts;
  if (attempt === undefined) throw new Error('No attempt is open.');
  world.engine.progresses.set(ref.runId, { view: run.view, attempts: [{ ...attempt, outcome }] });

  expect(statesOf(await list())[0]).toBe(`one: ${state}`);
});

test('a step that was done at once is shown as it is', async () => {
  const { run } = await open();
  const skipped = applyDialled(run, fenceOf(run), { kind: 'skipped', message: 'Not here.' }, world.now());
  await world.write(skipped);

  expect((await list()).steps[0]).toMatchObject({ state: 'skipped', attempts: [{ message: 'Not here.' }] });
});
