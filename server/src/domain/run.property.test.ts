import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANN,
  acceptedAt,
  after,
  beginRun,
  buildStep,
  fenceOf,
  REVIEW,
} from '../../test/builders/build-run.ts';
import { type Attempt, attemptKey, hasSucceeded } from './attempt.ts';
import { nextAction, putBack, takeOutbox } from './next-action.ts';
import type { Moment, Run, ToCancel } from './run.ts';
import { askCancel, cancelAsAsked, lookUp, mayBeUntaken } from './run-catch-up.ts';
import { applyCancel, applyInputs, applyRetry, finishCancel } from './run-commands.ts';
import type { AttemptFence, Dialled } from './run-messages.ts';
import type { Outbox } from './run-outbox.ts';
import { applyPause, applyResume, hold } from './run-pause.ts';
import { applyDialled, applyRedeliver, applyReport, applyWake } from './run-reports.ts';
import { applyDecision } from './run-review.ts';
import { applySkip } from './run-skip.ts';
import { applyStopAnswer } from './run-stopping.ts';
import { applyTimer, nextTimerMs } from './run-timers.ts';
import type { StepOutline } from './step.ts';

const retry = { maxAttempts: 2, initialIntervalMs: 1_000, backoffCoefficient: 2, maxIntervalMs: 9_000 };
const steps = fc
  .array(
    fc.record({
      kind: fc.constantFrom('dispatch', 'dispatch', 'review'),
      compensable: fc.boolean(),
      retries: fc.boolean(),
      asksForTime: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  )
  .map((made) =>
    made.map(({ kind, compensable, retries, asksForTime }, index) =>
      kind === 'review'
        ? buildStep(`step-${index}`, {
            ...{ ...REVIEW, review: retries ? QUORUM : undefined },
            isConditional: asksForTime ? true : undefined,
          })
        : buildStep(`step-${index}`, {
            ...{ compensable, retry: retries ? retry : undefined },
            cancelGraceSeconds: asksForTime ? GRACE_SECONDS : undefined,
            remindAfterMs: asksForTime ? 5_000 : undefined,
          }),
    ),
  );

const GRACE_SECONDS = 20;

/** More than the one person who decides here can give, so that it ends by a rejection, a skip or a cancel. */
const QUORUM = { approvals: 2, remindAfterMs: 5_000, escalateAfterMs: 20_000 };

/** Where a message is aimed, most often at the current attempt. */
const aim = fc.constantFrom('here', 'here', 'here', 'here', 'run', 'step', 'phase', 'before', 'after');
type Aim = typeof aim extends fc.Arbitrary<infer One> ? One : never;

function fenceAt(run: Run, aimed: Aim): AttemptFence {
  const here = fenceOf(run);
  const elsewhere: Record<Aim, Partial<AttemptFence>> = {
    here: {},
    run: { runId: 'run-0' },
    step: { stepIndex: here.stepIndex + 1 },
    phase: { phase: here.phase === 'execute' ? 'compensate' : 'execute' },
    before: { attempt: here.attempt - 1 },
    after: { attempt: here.attempt + 1 },
  };
  return { ...here, ...elsewhere[aimed] };
}

const status = fc.constantFrom('succeeded', 'succeeded', 'merged', 'failed', 'pending');
const dialled: fc.Arbitrary<Dialled> = fc.oneof(
  fc.boolean().map((projected): Dialled => acceptedAt(after(0), projected)),
  status.map((status): Dialled => ({ kind: 'reported', report: { eventId: 'done', status } })),
  fc.constantFrom<Dialled>(
    { kind: 'refused', message: 'No.' },
    { kind: 'skipped', message: 'Not here.' },
    { kind: 'away', reason: 'Dead.' },
    { kind: 'held', reason: 'Paused.' },
    { kind: 'queued', reason: 'Others are before it.' },
    { kind: 'unreachable', reason: 'Cut.' },
    { kind: 'busy', reason: 'Later.', retryAfterMs: 1_000 },
  ),
);

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('report'), aim, status }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('dialled'), aim, dialled }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('retry'), inputs: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('decision'), approved: fc.constantFrom(true, true, false) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cancel'), compensate: fc.constantFrom(true, true, false) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('timer'), seconds: fc.integer({ min: 1, max: 700 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('skip') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('redeliver'), aim }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('inputs') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('finish') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('told'), isStopping: fc.boolean() }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;
const story = fc.array(happening, { maxLength: 60, size: 'max' });

/** Nobody is dialled for a review: its condition holds, or does not, or cannot be evaluated. */
function whatCame(run: Run, dialled: Dialled): Dialled {
  const isPossible = dialled.kind === 'skipped' || dialled.kind === 'refused';
  return run.steps[run.index]?.kind !== 'review' || isPossible ? dialled : { kind: 'asked' };
}

/** As the interpreter does: what is told is no longer to be told. */
function tellToStop(run: Run, toCancel: ToCancel, isStopping: boolean, at: Moment): Run {
  if (run.ended !== undefined) return run;
  return applyStopAnswer({ ...run, toCancel: undefined }, toCancel, { isStopping }, at);
}

/** Applies one happening; `seconds` is the time since the run began. */
function apply(run: Run, one: Happening, seconds: number): Run {
  const at = after(seconds);
  // Nothing is dialled before the worker was told to stop, and the API admits no report of what was not dispatched.
  const isDialled = run.toCancel === undefined || run.current?.stage !== 'to_dispatch';
  if (!isDialled && (one.kind === 'report' || one.kind === 'dialled')) return run;
  switch (one.kind) {
    case 'report':
      return applyReport(run, { ...fenceAt(run, one.aim), eventId: `e-${seconds}`, status: one.status }, at);
    case 'dialled':
      return applyDialled(run, fenceAt(run, one.aim), whatCame(run, one.dialled), at);
    case 'retry':
      return applyRetry(run, { actor: ANN, ...(one.inputs ? { inputs: { a: seconds } } : {}) }, at);
    case 'decision':
      return applyDecision(run, { decision: one.approved ? 'approved' : 'rejected', actor: ANN }, at);
    case 'cancel':
      return applyCancel(run, { compensate: one.compensate, actor: ANN }, at);
    case 'timer':
      return applyTimer(run, at);
    case 'wake':
      return applyWake(run, at);
    case 'pause':
      return applyPause(run, { actor: ANN }, at);
    case 'resume':
      return applyResume(run, { actor: ANN }, at);
    case 'skip':
      return applySkip(run, { actor: ANN, reason: 'By hand.' }, at);
    case 'redeliver':
      return applyRedeliver(run, fenceAt(run, one.aim));
    case 'inputs':
      return applyInputs(run, { a: seconds }, ANN, at);
    case 'told':
      return run.toCancel === undefined || run.toCancel.askAtMs !== undefined
        ? run
        : tellToStop(run, run.toCancel, one.isStopping, at);
    case 'finish':
      return run.mode === 'cancelling' && run.ended === undefined ? finishCancel(run, at) : run;
    default:
      return one satisfies never;
  }
}

function* tell(outlines: readonly StepOutline[], happenings: readonly Happening[]) {
  let run = beginRun(outlines);
  let seconds = 0;
  for (const one of happenings) {
    seconds += one.kind === 'timer' ? one.seconds : 1;
    const before = run;
    run = apply(run, one, seconds);
    yield { before, one, run };
  }
}

const isOpenAttempt = (attempt: Attempt) => attempt.outcome === undefined;
const isDone = (attempt: Attempt) => hasSucceeded(attempt.outcome) || attempt.outcome === 'skipped';

test('a run that is over never changes again', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      const afterwards = [...tell(outlines, happenings)].filter(({ before }) => before.ended !== undefined);
      for (const { before, run } of afterwards) expect(run).toBe(before);
    }),
  );
});

test('the outcome of an attempt never changes, and no attempt is forgotten', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      for (const { before, run } of tell(outlines, happenings)) {
        const now = new Map(run.attempts.map((attempt) => [attemptKey(attempt), attempt]));
        const closed = before.attempts.filter((attempt) => attempt.outcome !== undefined);
        expect(before.attempts.every((attempt) => now.has(attemptKey(attempt)))).toBe(true);
        expect(closed.map((attempt) => now.get(attemptKey(attempt)))).toEqual(closed);
      }
    }),
  );
});

test('at most one attempt is open, it is the current one, and none is once the run is over', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      for (const { run } of tell(outlines, happenings)) {
        const open = run.attempts.filter(isOpenAttempt);
        const isWaiting = run.current !== undefined && run.current.stage !== 'failed';
        expect(open.map(attemptKey)).toEqual(
          isWaiting ? [attemptKey({ ...fenceOf(run), stepIndex: run.index })] : [],
        );
      }
    }),
  );
});

test('a message about another run, step, phase or attempt moves nothing', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      const astray = [...tell(outlines, happenings)].filter(({ one }) => 'aim' in one && one.aim !== 'here');
      for (const { before, run } of astray) expect(run).toBe(before);
    }),
  );
});

test('no step is dispatched before all steps in front of it are done, and a completed run has done them all', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      for (const { run } of tell(outlines, happenings)) {
        const done = new Set(
          run.attempts.filter((one) => one.phase === 'execute' && isDone(one)).map((one) => one.stepIndex),
        );
        for (const { stepIndex } of run.attempts)
          for (let index = 0; index < stepIndex; index += 1) expect(done).toContain(index);
        expect(run.ended?.outcome !== 'completed' || done.size === outlines.length).toBe(true);
      }
    }),
  );
});

test('steps are undone in reverse order, and only those that were opened and can be undone', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      for (const { run } of tell(outlines, happenings)) {
        const undos = run.attempts.filter((one) => one.phase === 'compensate');
        const order = undos
          .filter((one) => one.attempt === 1)
          .toSorted((one, other) => one.startedAt.localeCompare(other.startedAt))
          .map((one) => one.stepIndex);
        for (const [at, index] of order.slice(1).entries()) expect(index).toBeLessThan(order[at] ?? 0);
        for (const undo of undos) {
          expect(outlines[undo.stepIndex]?.compensable).toBe(true);
          expect(
            run.attempts.some((one) => one.stepIndex === undo.stepIndex && one.phase === 'execute'),
          ).toBe(true);
        }
        const undone = new Set(
          undos
            .filter((one) => hasSucceeded(one.outcome) || one.outcome === 'skipped')
            .map((one) => one.stepIndex),
        );
        expect(run.ended?.outcome !== 'rolled_back' || order.every((index) => undone.has(index))).toBe(true);
      }
    }),
  );
});

/** What a store has after some writes: the newest of each attempt, and every event once. */
interface Written {
  readonly attempts: Map<string, Outbox['attempts'][number]>;
  readonly events: string[];
}

function write(into: Written, outbox: Outbox): void {
  for (const one of outbox.attempts)
    into.attempts.set(attemptKey(one), { ...into.attempts.get(attemptKey(one)), ...one });
  into.events.push(...outbox.events.map((event) => `${event.at} ${event.type} ${event.key ?? ''}`));
}

test('writes that fail and are made up for later write the same as writes that never fail', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.tuple(happening, fc.boolean(), fc.boolean()), {
        maxLength: 60,
        size: 'max',
      }),
      (outlines, told) => {
        let run = beginRun(outlines);
        let steady = beginRun(outlines);
        const late: Written = { attempts: new Map(), events: [] };
        const prompt: Written = { attempts: new Map(), events: [] };
        const flush = (): void => {
          const taken = takeOutbox(run);
          write(late, taken.outbox);
          run = taken.run;
        };
        for (const [index, [one, writes, fails]] of told.entries()) {
          const promptly = takeOutbox(steady);
          write(prompt, promptly.outbox);
          steady = apply(promptly.run, one, index);
          if (writes && fails) {
            // It fails while something happens.
            const taken = takeOutbox(run);
            run = putBack(apply(taken.run, one, index), taken.outbox);
          } else {
            if (writes) flush();
            run = apply(run, one, index);
          }
        }
        write(prompt, takeOutbox(steady).outbox);
        flush();

        expect(late.events).toEqual(prompt.events);
        expect(Object.fromEntries(late.attempts)).toEqual(Object.fromEntries(prompt.attempts));
      },
    ),
  );
});

/**
 * Carries out what `nextAction` says, as the interpreter does, with a worker that does all it is given, and stops nothing.
 * The store knows the reports of as many more attempts as given.
 */
function drive(
  start: Run,
  seconds: number,
  knownReports = 0,
): { readonly run: Run; readonly actions: number } {
  let known = knownReports;
  let run = start;
  let time = seconds;
  for (let actions = 0; actions < 200; actions += 1) {
    const action = nextAction(run);
    time += 1;
    switch (action.kind) {
      case 'end':
        return { run, actions };
      case 'project':
        run = takeOutbox(run).run;
        break;
      case 'dispatch':
        if (action.onlyReported === true && known === 0) {
          run = cancelAsAsked(takeOutbox(run).run, after(time), fenceOf(run));
          break;
        }
        known -= 1;
        run = applyDialled(
          takeOutbox(run).run,
          fenceOf(run),
          { kind: 'reported', report: { eventId: 'done', status: 'succeeded' } },
          after(time),
        );
        break;
      case 'hold':
        run = hold(run, action.why, after(time));
        break;
      case 'look-up':
        run = lookUp(run);
        break;
      case 'cancel':
        run = cancelAsAsked(run, after(time));
        break;
      case 'cancel-step':
        run = tellToStop(run, action.toCancel, true, after(time));
        break;
      case 'finish-cancel':
        run = finishCancel(run, after(time));
        break;
      case 'wait': {
        const before = run;
        if (run.pause !== undefined) run = applyResume(run, { actor: ANN }, after(time));
        else if (action.untilMs !== undefined)
          run = applyTimer(run, { ms: action.untilMs, iso: after(time).iso });
        else if (run.current?.stage === 'failed') run = applyRetry(run, { actor: ANN }, after(time));
        else run = applyReport(run, { ...fenceOf(run), eventId: 'late', status: 'succeeded' }, after(time));
        if (run === before) throw new Error(`The run waits for nothing: ${JSON.stringify(before.current)}`);
        break;
      }
      default:
        return action satisfies never;
    }
  }
  throw new Error(`The run does not end: ${JSON.stringify(nextAction(run))}`);
}

test("a cancelled run comes to its end without anybody's help", () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      const told = [...tell(outlines, happenings)].at(-1)?.run ?? beginRun(outlines);
      const cancelled = applyCancel(told, { compensate: false, actor: ANN }, after(90_000));
      const { run, actions } = drive(cancelled, 90_000);

      expect(run.ended).toBeDefined();
      const waits = outlines.some(({ cancelGraceSeconds }) => cancelGraceSeconds !== undefined);
      expect(actions).toBeLessThanOrEqual(waits ? 4 + 2 * GRACE_SECONDS : 4);
      expect(run.view.status).toBe(told.ended === undefined ? 'not_started' : told.view.status);
    }),
  );
});

test('a run that catches up before it is cancelled knows what was done, and is cancelled or over then', () => {
  fc.assert(
    fc.property(steps, story, fc.nat({ max: 4 }), fc.boolean(), (outlines, happenings, known, compensate) => {
      const told = [...tell(outlines, happenings)].at(-1)?.run ?? beginRun(outlines);
      const looksForDials = mayBeUntaken(told);
      const request = { compensate, actor: ANN, catchesUp: true, looksForDials };
      const asked = askCancel(told, request, after(90_000));
      const isDeferred = asked.asked !== undefined;
      expect(isDeferred).toBe(
        looksForDials ||
          nextAction(told).kind === 'dispatch' ||
          (told.toCancel === undefined && nextAction(told).kind === 'hold'),
      );
      const other = askCancel(asked, { ...request, compensate: !compensate }, after(90_001));
      if (isDeferred) expect(other.asked?.compensate).toBe(false);
      const { run } = drive(asked, 90_000, known);
      expect(run.ended).toBeDefined();
      expect(run.asked).toBeUndefined();
    }),
  );
});

test('a run that is cancelled with compensation comes to its end once every undo is done', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      const told = [...tell(outlines, happenings)].at(-1)?.run ?? beginRun(outlines);
      const { run } = drive(applyCancel(told, { compensate: true, actor: ANN }, after(90_000)), 90_000);

      expect(run.ended).toBeDefined();
      expect(run.view.status).toBe(told.ended === undefined ? 'not_started' : told.view.status);
    }),
  );
});

test('a time that a run waits for does not come again once it has come', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      for (const { run } of tell(outlines, happenings)) {
        const action = nextAction(takeOutbox(run).run);
        if (action.kind !== 'wait' || action.untilMs === undefined) continue;
        const at = { ms: action.untilMs, iso: new Date(action.untilMs).toISOString() };
        const fired = applyTimer(run, at);
        const again = nextAction(takeOutbox(fired).run);
        expect(again.kind === 'wait' && again.untilMs !== undefined && again.untilMs <= at.ms).toBe(false);
      }
    }),
  );
});

test('a run waits for a time, a worker, or a person, and never for nothing', () => {
  fc.assert(
    fc.property(steps, story, (outlines, happenings) => {
      const waiting = [...tell(outlines, happenings)]
        .map(({ run }) => takeOutbox(run).run)
        .filter((run) => nextAction(run).kind === 'wait');
      for (const run of waiting) {
        const byItself = nextTimerMs(run) !== undefined;
        if (run.toCancel !== undefined) {
          expect(byItself).toBe(true);
          continue;
        }
        const who = {
          delivered: run.view.who,
          parked: 'worker',
          review: run.view.who === 'operator' ? 'operator' : 'reviewer',
          failed: byItself ? 'nobody' : 'operator',
          // Whoever had it before may still say that it works on it.
          held: byItself || run.pause !== undefined ? run.view.who : undefined,
          to_dispatch: undefined,
        }[run.isHeld === true ? 'held' : (run.current?.stage ?? 'to_dispatch')];
        expect(who).toBeDefined();
        expect(run.view.who).toBe(who);
        expect(byItself || who !== 'nobody').toBe(true);
      }
    }),
  );
});
