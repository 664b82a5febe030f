import { dispatchNext, SEQ_PER_DISPATCH } from '../domain/dispatch-onward.ts';
import { applyDialled } from '../domain/run-reports.ts';
import type { DispatchedOnward, StepDispatch, StepDispatched } from '../domain/step-dispatch.ts';
import { momentOf } from './moment-of.ts';
import type { Clock } from './ports/system.ts';
import { createWriteBehind, NOTHING_BEHIND, type WriteBehind } from './write-behind.ts';

/** No other is begun after that; short against the 8 s after which a workflow hears what it is told meanwhile. */
const ONWARD_MS = 1_000;

/** Dispatches one step. */
type Dispatch = (command: StepDispatch) => Promise<StepDispatched>;

/**
 * Dispatches a step and, where the run came along, those after it as long as each is done while it is dialled: the way
 * through the workflow would be half of the time of such a step.
 */
export const dispatchOnward =
  ({ clock }: { readonly clock: Clock }, dispatchWith: (behind: WriteBehind) => Dispatch) =>
  async ({ onward: from, ...command }: StepDispatch): Promise<StepDispatched> => {
    if (from === undefined) return dispatchWith(NOTHING_BEHIND)(command);
    const behind = createWriteBehind();
    const dispatch = dispatchWith(behind);
    const begunMs = clock.now().getTime();
    const first = await dispatch(command);
    const onward: DispatchedOnward[] = [];
    const at = momentOf(clock);
    let seq = command.accepted.seq - 1;
    let run = first.dialled === undefined ? undefined : applyDialled(from.run, command, first.dialled, at);
    while (run !== undefined && clock.now().getTime() - begunMs < ONWARD_MS) {
      seq += SEQ_PER_DISPATCH;
      const next = dispatchNext(run, seq, momentOf(clock));
      if (next === undefined) break;
      // Whatever keeps it from being written or dialled, the workflow comes upon when it dispatches it by itself.
      const { dialled } = (await dispatch(next.command).catch(() => undefined)) ?? {};
      if (dialled === undefined) break;
      const { stepIndex, phase, attempt } = next.command;
      const done = { stepIndex, phase, attempt, dialled, at: momentOf(clock) };
      onward.push(done);
      run = applyDialled(next.run, next.command, dialled, done.at);
    }
    await behind.written();
    return onward.length === 0 ? first : { ...first, at, onward };
  };
