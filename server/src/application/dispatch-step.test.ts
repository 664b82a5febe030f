import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, WORKER_APP, type World } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { done } from '../../test/builders/scripted-dispatcher.ts';
import { aStep, MIGRATION } from '../../test/contracts/builders.ts';
import { projectionOf } from '../domain/next-action.ts';
import type { Run } from '../domain/run.ts';
import { applyReport } from '../domain/run-reports.ts';
import type { Step } from '../domain/step.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import { dispatchStep } from './dispatch-step.ts';
import { pauseScope, resumeScope } from './pause-scope.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseScope } from './ports/pause-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { DialOutcome } from './ports/step-dispatcher.ts';
import { projectRun } from './project-run.ts';
import { wakeNextInQueue, wakeParked, wakeReleased } from './tend-workers.ts';

let world: World;
let ref: RunRef;
let run: Run;

interface Opening {
  readonly steps?: readonly Step[];
  readonly wrap?: (store: MigrationStore) => MigrationStore;
}
async function open({ steps, wrap }: Opening = {}): Promise<void> {
  world = createWorld(wrap);
  await world.announce(steps === undefined ? {} : { steps });
  await world.enlist();
  ref = await world.start();
  run = await world.begin(ref);
}
beforeEach(() => open());

const dispatch = (more: Partial<StepDispatch> = {}) => dispatchStep(world)(world.dispatchOf(run, more));
const answers = (outcome: DialOutcome) => {
  world.dispatcher.script = () => outcome;
};
const candidate = () => world.store.getCandidate(REF);
const accepted = async () => {
  world.clock.advance(31_000);
  return world.directory.takeAbandoned(9, 0);
};

describe('a dispatch', () => {
  test('writes the attempt before it dials, so that a callback may overtake the answer', async () => {
    world.dispatcher.script = async () => {
      expect(await candidate()).toMatchObject({ status: 'running', runState: 'dispatching' });
      expect(await world.store.listAttempts(ref)).toMatchObject([{ stepIndex: 0, attempt: 1 }]);
      return { kind: 'accepted' };
    };

    expect(await dispatch()).toMatchObject({
      projected: 'applied',
      dialled: { kind: 'accepted', projected: true },
    });
  });

  test('gives the worker what the step needs', async () => {
    await dispatch();

    expect(world.dispatcher.dials).toMatchObject([
      {
        workerUrl: 'http://worker.test/one',
        stepName: 'prepare',
        attempt: 1,
        request: { timeoutMs: 0, material: { manifest: { revision: 'rev-1' }, inputs: {}, outputs: {} } },
      },
    ]);
    expect(world.dispatcher.dials[0]?.request).not.toHaveProperty('deadlineAt');
  });

  test('tells a redelivery the deadline and the time that is left', async () => {
    const deadlineAtMs = world.now().ms + 4_000;
    world.clock.advance(1_000);
    await dispatch({ deadlineAtMs, timeoutMs: 60_000, deliveries: 1 });
    world.clock.advance(9_000);
    await dispatch({ deadlineAtMs, timeoutMs: 60_000, deliveries: 1 });

    expect(world.dispatcher.dials.map(({ request }) => [request.deadlineAt, request.timeoutMs])).toEqual([
      ['2026-01-01T00:00:04.000Z', 3_000],
      ['2026-01-01T00:00:04.000Z', 0],
    ]);
  });

  test('tells a first delivery the whole timeout of its step', async () => {
    await dispatch({ timeoutMs: 60_000 });

    expect(world.dispatcher.dials[0]?.request.timeoutMs).toBe(60_000);
  });

  describe('after an attempt that ended with it', () => {
    const settled: string[] = [];
    const succeed = () => {
      const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
      run = applyReport(run, { ...fence, eventId: 'e', status: 'succeeded' }, world.now());
    };
    const dispatchNext = () => {
      const settle: World['directory']['settle'] = async (...ended) => {
        settled.push(ended[1]);
        await world.directory.settle(...ended);
      };
      return dispatchStep({ ...world, directory: { ...world.directory, settle } })(world.dispatchOf(run, {}));
    };
    beforeEach(() => settled.splice(0));

    test('lets the directory forget it, in the write of who accepts', async () => {
      await dispatch();
      succeed();
      await dispatchNext();

      expect(await accepted()).toMatchObject([{ stepIndex: 1 }]);
      expect(settled).toEqual([]);
    });

    test('lets the directory forget it where nobody accepts', async () => {
      await dispatch();
      succeed();
      answers({ kind: 'refused', message: 'No.' });
      await dispatchNext();

      expect(await accepted()).toEqual([]);
      expect(settled).toHaveLength(1);
    });

    test.each([
      ['was another app’s', { workerApp: 'other' }, {}],
      ['had a concurrency key', { concurrencyKey: 'gitops' }, {}],
      ['gives its place to one with a concurrency key', {}, { concurrencyKey: 'gitops' }],
    ])('lets the directory forget it where it %s', async (_, first, second) => {
      await open({ steps: [aStep('one', first), aStep('two', second)] });
      await world.enlist('o', 'other');
      await dispatch();
      succeed();
      await dispatchNext();

      expect(await accepted()).toMatchObject([{ stepIndex: 1 }]);
      expect(settled).toHaveLength(1);
    });
  });

  test.each(['stale', 'not-claimed'] as const)('does not dial when its write is %s', async (projected) => {
    await open({ wrap: (store) => ({ ...store, projectAndLoad: async () => ({ projected }) }) });

    expect(await dispatch()).toEqual({ projected });
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('does not dial for a run that is not kept', async () => {
    await open({ wrap: (store) => ({ ...store, loadDispatch: async () => undefined }) });
    await dispatch();
    const dials = world.dispatcher.dials.length;

    await expect(dispatch({ projection: undefined })).resolves.toEqual({ projected: 'not-claimed' });
    expect(world.dispatcher.dials).toHaveLength(dials);
  });

  test('does not dial for a run whose manifest is gone', async () => {
    const store: MigrationStore = {
      ...world.store,
      getManifest: async () => undefined,
      projectAndLoad: async () => ({ projected: 'not-claimed' }),
    };

    expect(await dispatchStep({ ...world, store })(world.dispatchOf(run))).toEqual({
      projected: 'not-claimed',
    });
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('fails when the store is away, so that it is tried again', async () => {
    await open({ wrap: (store) => ({ ...store, projectAndLoad: () => Promise.reject(new Error('away')) }) });

    await expect(dispatch()).rejects.toThrow('away');
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('of a step that the manifest has not fails that step', async () => {
    expect(await dispatch({ stepIndex: 9, projection: undefined })).toEqual({
      projected: 'applied',
      dialled: { kind: 'refused', message: 'The manifest has no such step.' },
    });
  });
});

describe('a worker that accepts', () => {
  test('is shown, with the instance and how often it was delivered', async () => {
    const result = await dispatch();

    expect(result.dialled).toEqual({
      kind: 'accepted',
      at: world.now(),
      workerApp: 'charts',
      instanceId: 'one',
      projected: true,
    });
    expect(await candidate()).toMatchObject({
      runState: 'in_progress',
      who: 'worker',
      since: world.now().iso,
    });
    expect(await world.store.listAttempts(ref)).toMatchObject([{ instanceId: 'one', deliveries: 1 }]);
    expect(await world.eventTypes()).toEqual([
      'run.requested',
      'run.started',
      'step.dispatched',
      'step.accepted',
    ]);
  });

  test('is remembered, so that its step goes to another when it dies', async () => {
    await dispatch();

    expect(await accepted()).toMatchObject([
      { runId: ref.runId, instanceId: 'one', idempotencyKey: `${ref.runId}:prepare:execute:1` },
    ]);
  });

  test('has the step though the store cannot be told, which the run makes up for', async () => {
    await open({ wrap: (store) => ({ ...store, projectAccepted: () => Promise.reject(new Error('away')) }) });

    expect((await dispatch()).dialled).toMatchObject({ kind: 'accepted', projected: false });
    expect(await accepted()).toHaveLength(1);
  });

  test('of a step that was pending is shown pending again', async () => {
    await dispatch({
      deliveries: 1,
      accepted: {
        ...world.dispatchOf(run).accepted,
        seq: 99,
        pending: { who: 'reviewer', reason: 'Merge #7.' },
      },
    });

    expect(await candidate()).toMatchObject({ runState: 'pending', who: 'reviewer', reason: 'Merge #7.' });
  });
});

describe('a worker that calls back while it is dialled', () => {
  const fence = () => ({ ...ref, stepIndex: 0, phase: 'execute', attempt: 1 }) as const;
  const callBack = async (status: 'succeeded' | 'pending' = 'succeeded') => {
    const report = { eventId: `e-${status}`, status, outputs: { a: 1 } } as const;
    const signal = { eventId: report.eventId, status, ...(status === 'pending' ? {} : { hasOutputs: true }) };
    return world.store.admitCallback({ ...fence(), report, signal, contentHash: status });
  };
  const report = { eventId: 'e-succeeded', status: 'succeeded', hasOutputs: true };

  test('has its report given to the run, without a message from outside', async () => {
    world.dispatcher.script = async () => {
      expect(await callBack()).toEqual({ kind: 'admitted', isHandedOver: true });
      return { kind: 'accepted' };
    };

    expect((await dispatch()).dialled).toEqual({
      kind: 'reported',
      report,
      accepted: { at: world.now(), workerApp: WORKER_APP, instanceId: 'one' },
    });
    expect(await candidate()).toMatchObject({ runState: 'dispatching' });
  });

  test('or a moment after its answer, as well, and is remembered as one that accepted', async () => {
    const dialled = dispatch();
    await expect.poll(() => world.dispatcher.dials).toHaveLength(1);
    expect(await callBack()).toEqual({ kind: 'admitted', isHandedOver: true });

    expect((await dialled).dialled).toMatchObject({
      kind: 'reported',
      report,
      accepted: { instanceId: 'one' },
    });
    expect(await accepted()).toHaveLength(1);
  });

  test('and then does not answer is not waited for, and has closed its breaker', async () => {
    const open: World['directory'] = world.directory;
    const told: unknown[] = [];
    world.dispatcher.script = async () => {
      await callBack();
      return new Promise(() => {});
    };
    const recordDial: World['directory']['recordDial'] = async (...dial) => {
      told.push(dial);
      await open.recordDial(...dial);
    };
    const dialling = dispatchStep({ ...world, directory: { ...open, recordDial } });

    expect((await dialling(world.dispatchOf(run, {}))).dialled).toMatchObject({ kind: 'reported', report });
    expect(told).toEqual([[WORKER_APP, 'http://worker.test/one', true]]);
    expect(await accepted()).toEqual([]);
  });

  test('that it is pending has that told by a message, behind which its report waits', async () => {
    world.dispatcher.script = async () => {
      expect(await callBack('pending')).toEqual({ kind: 'admitted' });
      expect(await callBack()).toEqual({ kind: 'admitted' });
      return { kind: 'accepted' };
    };

    expect((await dispatch()).dialled).toMatchObject({ kind: 'accepted', projected: true });
  });

  test('and was not heard is found when its acceptance is written', async () => {
    const deaf = {
      listener: () => 'elsewhere',
      expect: () => ({ arrival: new Promise<never>(() => {}), stop() {} }),
    };
    const dialled = dispatchStep({ ...world, handovers: deaf })(world.dispatchOf(run, {}));
    await expect.poll(() => world.dispatcher.dials).toHaveLength(1);
    expect(await callBack()).toEqual({ kind: 'admitted', isHandedOver: true });

    expect((await dialled).dialled).toEqual({ kind: 'reported', report });
  });

  test('is not asked again when a lost workflow task is done again', async () => {
    await dispatch();
    await callBack();

    expect((await dispatch()).dialled).toEqual({ kind: 'reported', report });
    expect(world.dispatcher.dials).toHaveLength(1);
  });

  test('is not asked again where it was waited for, and its run is parked no more', async () => {
    answers({ kind: 'unreachable', reason: 'No answer.', fault: true });
    await world.directory.withdraw(WORKER_APP, 'one');
    expect((await dispatch()).dialled).toMatchObject({ kind: 'away' });
    await callBack();

    expect((await dispatch({ parkings: 1 })).dialled).toEqual({ kind: 'reported', report });
    await world.enlist();
    expect(await wakeParked(world)(9)).toBe(0);
  });
});

describe('a dispatch that only asks what was reported', () => {
  const ask = () => dispatch({ onlyReported: true });

  test('dials nobody, leaves the probe to others, and says nothing of what nobody reported', async () => {
    expect(await ask()).toEqual({ projected: 'applied', isUntaken: true });
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('does not say that nobody was given what somebody may have been', async () => {
    await dispatch();
    expect(await ask()).toEqual({ projected: 'applied' });
  });

  test.each([
    {
      outcome: { kind: 'unreachable', reason: 'Nothing listens.', fault: true, isUnsent: true },
      isUntaken: true,
    },
    { outcome: { kind: 'refused', message: 'Too large.', isUnsent: true }, isUntaken: true },
    { outcome: { kind: 'unreachable', reason: 'It did not answer.', fault: true } },
    { outcome: { kind: 'unreachable', reason: 'It answered 404.', fault: false } },
    { outcome: { kind: 'busy', reason: 'It answered 429.', retryAfterSeconds: 1 } },
  ] as const)('knows after $outcome whether a worker may have it', async ({ outcome, ...known }) => {
    answers(outcome);
    await dispatch();
    expect(await ask()).toEqual({ projected: 'applied', ...known });
  });

  test('knows of one that may have it after another dial reached nobody', async () => {
    await dispatch();
    answers({ kind: 'unreachable', reason: 'Nothing listens.', fault: true, isUnsent: true });
    expect((await dispatch({ projection: undefined })).dialled).not.toHaveProperty('mayHaveIt');
    expect(await ask()).toEqual({ projected: 'applied' });
  });

  test('says what was reported', async () => {
    await dispatch();
    const report = { eventId: 'e', status: 'succeeded' } as const;
    const attempt = { ...ref, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    expect(await world.store.admitCallback({ ...attempt, report, signal: report, contentHash: 'h' })).toEqual(
      {
        kind: 'admitted',
      },
    );

    expect(await ask()).toEqual({ projected: 'applied', dialled: { kind: 'reported', report } });
  });

  test('says that a step is skipped, since those after it may be done', async () => {
    await open({ steps: [aStep('one', { when: 'candidate.id == "other"' })] });

    expect((await ask()).dialled).toMatchObject({ kind: 'skipped' });
  });
});

describe('a worker that answers at once', () => {
  test('has its report staged, its operations kept, and the run told', async () => {
    const report = { eventId: 'e-1', status: 'succeeded', message: 'Done.', outputs: { a: 1 } } as const;
    answers({ kind: 'done', report, operations: [{ id: 'o-1', kind: 'push' }] });

    expect((await dispatch()).dialled).toEqual({
      kind: 'reported',
      report: { eventId: 'e-1', status: 'succeeded', reason: 'Done.', hasOutputs: true },
    });
    expect(await world.eventTypes()).toContain('operation');
    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    await world.write(applyReport(run, { ...fence, eventId: 'e-1', status: 'succeeded' }, world.now()));
    expect((await world.store.listAttempts(ref))[0]).toMatchObject({
      outcome: 'succeeded',
      outputs: { a: 1 },
    });
  });

  test('that it is pending is remembered like one that accepts', async () => {
    answers(done('pending'));

    expect((await dispatch()).dialled).toMatchObject({ kind: 'reported', report: { status: 'pending' } });
    expect(await accepted()).toHaveLength(1);
  });

  test('with an outcome is not remembered', async () => {
    answers(done('succeeded'));
    await dispatch();

    expect(await accepted()).toEqual([]);
  });
});

test.each([
  [
    { kind: 'refused', message: 'No chart.' },
    { kind: 'refused', message: 'No chart.' },
  ],
  [
    { kind: 'superseded' },
    {
      kind: 'unreachable',
      reason: 'charts says that a newer attempt supersedes this one.',
      retryAfterMs: 1_000,
    },
  ],
  [
    { kind: 'unreachable', reason: 'It answered 404.', fault: false },
    { kind: 'unreachable', reason: 'It answered 404.', retryAfterMs: 1_000 },
  ],
  [
    { kind: 'unreachable', reason: 'No answer.', fault: true },
    { kind: 'unreachable', reason: 'No answer.', retryAfterMs: 1_000, mayHaveIt: true },
  ],
  [
    { kind: 'busy', reason: 'Full.', retryAfterSeconds: 7 },
    { kind: 'busy', reason: 'Full.', retryAfterMs: 7_000 },
  ],
] as const)('an answer like %j becomes %j', async (outcome: DialOutcome, dialled) => {
  answers(outcome);

  expect(await dispatch()).toEqual({ projected: 'applied', dialled });
  expect(await accepted()).toEqual([]);
});

describe('the condition of a step', () => {
  const withCondition = (when: string) => open({ steps: [aStep('prepare', { when })] });

  test('that holds lets it be dispatched', async () => {
    await withCondition('candidate.kind == "repository" && !("x" in outputs)');

    expect((await dispatch()).dialled?.kind).toBe('accepted');
  });

  test('that does not hold skips it', async () => {
    await withCondition('candidate.id == "org/api"');

    expect((await dispatch()).dialled).toEqual({
      kind: 'skipped',
      message: 'The condition does not hold: candidate.id == "org/api"',
    });
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('that cannot be evaluated fails it with the reason', async () => {
    await withCondition('inputs.team == "blue"');

    expect((await dispatch()).dialled).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/^The condition cannot be evaluated: .*team/),
      isUntaken: true,
    });
  });

  test('that fails in another way fails it too', async () => {
    await withCondition('true');
    const evaluateCondition = () => {
      const odd: unknown = 'odd';
      throw odd;
    };
    const result = await dispatchStep({ ...world, evaluateCondition })(world.dispatchOf(run));

    expect(result.dialled).toEqual({
      ...{ kind: 'refused', message: 'The condition cannot be evaluated: odd', isUntaken: true },
    });
  });

  test('is not asked again once a worker has it, nor for its undo', async () => {
    await withCondition('false');

    expect((await dispatch({ deliveries: 1 })).dialled?.kind).toBe('accepted');
    expect((await dispatch({ phase: 'compensate', projection: undefined })).dialled?.kind).toBe('accepted');
  });
});

describe('the condition of a review', () => {
  const withReview = (when: string, before: readonly Step[] = []) =>
    open({ steps: [...before, aStep('check', { kind: 'review', when })] });

  test.each([
    ['true', { kind: 'asked' }],
    ['candidate.id == "org/api"', { kind: 'skipped' }],
    ['outputs.gone.url == ""', { kind: 'refused', message: expect.stringMatching(/No such key: gone/) }],
  ])('like %s becomes %j, and nobody is dialled', async (when, dialled) => {
    await withReview(when);
    const [app] = await world.directory.list();
    for (const { instanceId } of app?.instances ?? []) await world.directory.withdraw(WORKER_APP, instanceId);

    expect(await dispatch()).toEqual({ projected: 'applied', dialled: expect.objectContaining(dialled) });
    expect(world.dispatcher.dials).toEqual([]);
  });

  test('lets go of what the step before it had', async () => {
    await withReview('true', [aStep('prepare')]);
    await dispatch();
    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    run = applyReport(run, { ...fence, eventId: 'e', status: 'succeeded' }, world.now());

    expect((await dispatch()).dialled).toEqual({ kind: 'asked' });
    expect(await accepted()).toEqual([]);
  });

  test('is found out again without a write where nothing is to be written', async () => {
    await withReview('true');
    await dispatch();

    expect((await dispatch({ projection: undefined })).dialled).toEqual({ kind: 'asked' });
  });
});

describe('a worker that is away', () => {
  test('is not dialled; the run is parked and woken when an instance announces itself', async () => {
    await open({ steps: [aStep('prepare', { workerApp: 'ghost' })] });

    expect((await dispatch()).dialled).toEqual({
      kind: 'away',
      reason: 'No instance of worker app "ghost" is alive.',
      retryAfterMs: 60_000,
    });
    expect(world.dispatcher.dials).toEqual([]);
    await world.enlist('back', 'ghost');
    expect(await world.directory.takeParked(9)).toMatchObject([{ runId: ref.runId, workerApp: 'ghost' }]);
  });

  test('is looked for earlier by chance, so that runs that wait for it do not all come at once', async () => {
    await open({ steps: [aStep('prepare', { workerApp: 'ghost' })] });
    const { dialled } = await dispatchStep({ ...world, chance: () => 0.5 })(world.dispatchOf(run, {}));

    expect(dialled).toMatchObject({ kind: 'away', retryAfterMs: 45_000 });
  });

  test('leaves the run parked when the attempt before ended with the same write', async () => {
    await dispatch();
    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    run = applyReport(run, { ...fence, eventId: 'e', status: 'succeeded' }, world.now());
    const [app] = await world.directory.list();
    for (const { instanceId } of app?.instances ?? []) await world.directory.withdraw(WORKER_APP, instanceId);
    // It says that the run is parked no more, and takes longer than the rest: a Redis that has forgotten this script.
    const settle: World['directory']['settle'] = async (...ended) => {
      await new Promise((resolve) => setImmediate(resolve));
      await world.directory.settle(...ended);
    };

    const given = await dispatchStep({ ...world, directory: { ...world.directory, settle } })(
      world.dispatchOf(run, {}),
    );

    expect(given.dialled?.kind).toBe('away');
    expect((await world.directory.list())[0]?.parked).toBe(1);
  });

  test('is not dialled after three faults until it may be probed, and a success closes the breaker', async () => {
    answers({ kind: 'unreachable', reason: 'Refused.', fault: true });
    const kinds = [];
    for (let dials = 0; dials < 4; dials += 1) kinds.push((await dispatch()).dialled?.kind);
    expect(kinds).toEqual(['unreachable', 'unreachable', 'unreachable', 'away']);

    world.clock.advance(5_000);
    answers({ kind: 'accepted' });
    expect((await dispatch({ parkings: 4 })).dialled?.kind).toBe('accepted');
    expect((await dispatch()).dialled?.kind).toBe('accepted');
    expect((await world.directory.list())[0]?.parked).toBe(0);
  });
});

test('a step that is held, or skipped, leaves the probe of an open breaker to the next', async () => {
  await open({ steps: [aStep('prepare', { when: 'false' }), aStep('apply')] });
  answers({ kind: 'unreachable', reason: 'Refused.', fault: true });
  const beyondCondition = { deliveries: 1 };
  for (let dials = 0; dials < 3; dials += 1) await dispatch(beyondCondition);
  expect((await dispatch(beyondCondition)).dialled?.kind).toBe('away');
  world.clock.advance(5_000);
  const scope: PauseScope = { kind: 'migration', id: MIGRATION };
  await pauseScope(world)({ scope, actor: ANN });
  expect((await dispatch(beyondCondition)).dialled?.kind).toBe('held');
  await resumeScope(world)({ scope, actor: ANN });
  expect((await dispatch()).dialled?.kind).toBe('skipped');
  answers({ kind: 'accepted' });

  expect((await dispatch(beyondCondition)).dialled?.kind).toBe('accepted');
});

describe('dials to one worker app', () => {
  test('are bounded: one too many is told to come back, and the slot is given back after each', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.dispatcher.script = async () => {
      await held;
      return { kind: 'accepted' };
    };
    const dials = Array.from({ length: 8 }, () => dispatch());
    const ninth = await dispatch();
    release();
    await Promise.all(dials);

    expect(ninth.dialled).toEqual({
      kind: 'busy',
      reason: 'Many steps are being given to charts at once.',
      retryAfterMs: 1_000,
    });
    expect((await dispatch()).dialled?.kind).toBe('accepted');
  });

  test('give their slot back when the dispatcher breaks', async () => {
    world.dispatcher.script = () => {
      throw new Error('broken');
    };
    for (let dials = 0; dials < 9; dials += 1) await expect(dispatch()).rejects.toThrow('broken');
    answers({ kind: 'accepted' });

    expect((await dispatch()).dialled?.kind).toBe('accepted');
  });
});

describe('a dispatch that is held', () => {
  const pause = (scope: PauseScope, reason?: string) => pauseScope(world)({ scope, actor: ANN, reason });

  test.each([
    [{ kind: 'migration', id: MIGRATION }, 'The migration is paused: Freeze.'],
    [{ kind: 'worker-app', id: WORKER_APP }, 'The worker app charts is paused: Freeze.'],
  ] as const)('by %j is not dialled, and woken when that is resumed', async (scope, reason) => {
    await pause(scope, 'Freeze.');
    const since = world.now().iso;
    const heldBy = { ...scope, reason: 'Freeze.', since, by: ANN };
    expect(await dispatch()).toEqual({
      projected: 'applied',
      dialled: { kind: 'held', reason, heldBy, retryAfterMs: 600_000 },
    });
    expect(world.dispatcher.dials).toEqual([]);
    expect(await wakeReleased(world)(9)).toBe(0);

    await resumeScope(world)({ scope, actor: ANN });
    expect(await wakeReleased(world)(9)).toBe(1);
    expect(world.engine.told).toEqual([{ kind: 'wake', runId: ref.runId }]);
    expect((await dispatch()).dialled?.kind).toBe('accepted');
  });

  test('says so without a reason too, and goes on when it was resumed in between', async () => {
    await pause({ kind: 'migration', id: MIGRATION });
    expect((await dispatch()).dialled).toMatchObject({ kind: 'held', reason: 'The migration is paused.' });
    world.pauses.hold = async () => false;
    expect((await dispatch()).dialled?.kind).toBe('accepted');
  });
});

describe('a dispatch of a step with a concurrency key', () => {
  test('waits while another has it, and is woken when that one ends', async () => {
    await open({ steps: [aStep('one', { concurrencyKey: 'gitops' })] });
    const other = { ...REF, runId: 'r-other', idempotencyKey: 'other' };
    await world.concurrency.acquire('gitops', other);
    expect((await dispatch()).dialled).toEqual({
      kind: 'queued',
      isUntaken: true,
      reason: 'Waits for its turn: 1 before it on "gitops".',
      retryAfterMs: 60_000,
      heldBy: { kind: 'concurrency-key', id: 'gitops', reason: '1 before it' },
    });
    await world.concurrency.release('gitops', 'other');
    world.clock.advance(6_000);
    expect(await wakeNextInQueue(world)(9)).toBe(1);
    expect((await dispatch()).dialled?.kind).toBe('accepted');
    await world.concurrency.acquire('gitops', other);

    const ended = applyReport(
      { ...run, current: { phase: 'execute', attempt: 1, stage: 'delivered', deliveries: 1, parkings: 0 } },
      { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1, eventId: 'e', status: 'succeeded' },
      world.now(),
    );
    await projectRun(world)(projectionOf(ended, ended.outbox, 50, world.now()));
    expect(world.engine.told.at(-1)).toEqual({ kind: 'wake', runId: 'r-other' });
  });

  test('leaves the key to others while its own worker is away', async () => {
    await open({ steps: [aStep('one', { concurrencyKey: 'gitops' })] });
    world.clock.advance(31_000);
    expect((await dispatch()).dialled?.kind).toBe('away');
    const other = { ...REF, runId: 'r-other', idempotencyKey: 'other' };
    expect(await world.concurrency.acquire('gitops', other)).toEqual({ kind: 'held' });
  });
});
