/**
 * Steps that follow one another within one activity. What the activity works out of the run, the workflow works out
 * again from the same results, so both use this. REPLAY-SENSITIVE, like `run.ts`.
 */
import { nextAction, projectionOf, takeOutbox } from './next-action.ts';
import type { Moment, Run } from './run.ts';
import type { AttemptFence, Dialled } from './run-messages.ts';
import { applyDialled } from './run-reports.ts';
import { type DispatchedOnward, type StepDispatch, stepDispatchOf } from './step-dispatch.ts';

/** A write, and the one of an acceptance after it; see `Interpreter.takeSeq`. */
export const SEQ_PER_DISPATCH = 2;

interface Dispatched {
  readonly dialled: Dialled;
  readonly at: Moment;
  readonly onward?: readonly DispatchedOnward[] | undefined;
}

interface NextDispatch {
  /** Has given out what `command` writes. */
  readonly run: Run;
  readonly command: StepDispatch;
}

/** The dispatch that the run makes next, if it is that what it does next; `seq` is the order of its write. */
export function dispatchNext(run: Run, seq: number, at: Moment): NextDispatch | undefined {
  const action = nextAction(run);
  if (action.kind !== 'dispatch' || action.onlyReported === true) return undefined;
  const taken = takeOutbox(run);
  const projection = projectionOf(taken.run, taken.outbox, seq, at);
  return { run: taken.run, command: stepDispatchOf(taken.run, action.current, projection, seq) };
}

/**
 * Takes over what an activity dispatched.
 * @param isAlone nobody told the run anything meanwhile, so that all it has to write before each step that followed was
 * written with that; otherwise it is written once more, which changes nothing where it is there.
 */
export function takeDispatched(
  run: Run,
  fence: AttemptFence,
  { dialled, at, onward = [] }: Dispatched,
  isAlone: boolean,
): Run {
  // Whoever paused the run meanwhile did not hinder what was begun.
  const { pause, ...going } = run;
  const taken = onward.reduce(
    (before, { dialled, at, ...of }) => {
      const next = isAlone ? takeOutbox(before).run : before;
      return applyDialled(next, { runId: fence.runId, ...of }, dialled, at);
    },
    applyDialled(onward.length === 0 ? run : going, fence, dialled, at),
  );
  return pause === undefined || onward.length === 0 ? taken : { ...taken, pause };
}
