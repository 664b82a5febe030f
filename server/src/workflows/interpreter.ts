/** Carries out what `domain/next-action.ts` says. REPLAY-SENSITIVE: the order of its calls is the order of commands. */
import * as wf from '@temporalio/workflow';
import { SEQ_PER_DISPATCH, takeDispatched } from '../domain/dispatch-onward.ts';
import { type Action, nextAction, projectionOf, putBack, takeOutbox } from '../domain/next-action.ts';
import { createRun, type Moment, type Run, type RunStart, type ToCancel } from '../domain/run.ts';
import { openAttempt, undoNext } from '../domain/run-attempt.ts';
import { cancelAsAsked, lookUp } from '../domain/run-catch-up.ts';
import { finishCancel } from '../domain/run-commands.ts';
import type { Dialled } from '../domain/run-messages.ts';
import { hold } from '../domain/run-pause.ts';
import type { ProjectOutcome } from '../domain/run-projection.ts';
import { applyStopAnswer } from '../domain/run-stopping.ts';
import { applyTimer } from '../domain/run-timers.ts';
import { stepDispatchOf } from '../domain/step-dispatch.ts';
import type { RunActivities } from './activity-types.ts';
import { Alarm } from './alarm.ts';
import type { RunInput } from './messages.ts';

const { project, cancelStep } = wf.proxyLocalActivities<RunActivities>({
  startToCloseTimeout: '4s',
  retry: { maximumAttempts: 3, initialInterval: '100ms', backoffCoefficient: 3 },
});
const { dispatch } = wf.proxyLocalActivities<RunActivities>({
  // A dial and its writes, and what went before where it follows others (`dispatchOnward`).
  startToCloseTimeout: '15s',
  retry: { maximumAttempts: 1 },
});

type Dispatch = Extract<Action, { kind: 'dispatch' }>;

/** Room for this many writes within one workflow task; see `takeSeq`. */
const SEQ_PER_EVENT = 1_000;
const WRITE_RETRY_MAX_MS = 30_000;
/** What comes of a dial whose step is over with it. */
const QUICK: readonly (Dialled['kind'] | undefined)[] = ['reported', 'skipped'];

export function now(): Moment {
  const date = new Date();
  return { ms: date.getTime(), iso: date.toISOString() };
}

function beginRun(start: RunStart): Run {
  const run = createRun(start, now());
  return start.undo === undefined ? openAttempt(run, now()) : undoNext(run, now());
}

/** The one mutable thing of a run: its current value, and the order of its writes. */
export class Interpreter {
  run: Run;
  private lastSeq: number;
  private readonly baseSeq: number;
  private failures = 0;
  private readonly alarm = new Alarm();
  /** Runs that an older engine dispatched have a timer for each wait, which ends with it. */
  private hasOneAlarm = false;
  /** An update's answer leaves only when the workflow task ends: so it is ended before a slow dial. */
  private isAnswering = false;
  private isWriting = false;
  /** The last step was done while it was dialled, and so may those be that follow. */
  private isQuick = false;
  /** The store did not take its writes: its claim was given back, or it is over there. */
  isRefused = false;

  constructor(input: RunInput) {
    this.run = input.kind === 'continued' ? input.run : beginRun(input.start);
    this.baseSeq = input.kind === 'continued' ? input.lastSeq : 0;
    this.lastSeq = this.baseSeq;
  }

  /** Whether the store was told of everything that has happened. */
  get isWritten(): boolean {
    return !this.isWriting && !this.run.outbox.dirty;
  }

  change(transition: (run: Run) => Run): void {
    this.run = transition(this.run);
  }

  answerBeforeDialling(): void {
    this.isAnswering = true;
  }

  answered(): void {
    this.isAnswering = false;
  }

  async interpret(): Promise<void> {
    for (;;) {
      const action = nextAction(this.run);
      // Whatever is to be done next, the run that continues does it: also in a wait, and while writes fail for days.
      if (action.kind !== 'end' && wf.workflowInfo().continueAsNewSuggested) return this.continueAsNew();
      switch (action.kind) {
        case 'end':
          return;
        case 'project':
          if ((await this.write((projection) => project(projection))) === 'not-claimed') return this.refuse();
          break;
        case 'dispatch':
          if ((await this.dispatch(action)) === 'not-claimed') return this.refuse();
          break;
        case 'look-up':
          this.change(lookUp);
          break;
        case 'cancel':
          this.change((run) => cancelAsAsked(run, now()));
          break;
        case 'hold':
          this.change((run) => hold(run, action.why, now()));
          break;
        case 'cancel-step':
          await this.cancelStep(action.toCancel);
          break;
        case 'finish-cancel':
          this.change((run) => finishCancel(run, now()));
          break;
        case 'wait':
          await this.wait(action.untilMs);
          break;
      }
    }
  }

  private refuse(): void {
    this.isRefused = true;
  }

  private continueAsNew(): Promise<never> {
    return wf.continueAsNew<(input: RunInput) => Promise<void>>({
      kind: 'continued',
      run: this.run,
      lastSeq: this.lastSeq,
    });
  }

  private async wait(untilMs: number | undefined): Promise<void> {
    const seen = this.run;
    // Messages that change nothing let the history grow all the same.
    const changed = () => this.run !== seen || wf.workflowInfo().continueAsNewSuggested;
    if (untilMs === undefined) await wf.condition(changed);
    else if (this.hasOneAlarm) await this.waitForAlarm(untilMs, changed);
    else if (!(await wf.condition(changed, Math.max(1, untilMs - Date.now()))))
      this.change((run) => applyTimer(run, now()));
  }

  private async waitForAlarm(untilMs: number, changed: () => boolean): Promise<void> {
    await this.alarm.wait(untilMs, changed);
    if (!changed()) this.change((run) => applyTimer(run, now()));
  }

  private async dispatch({ current, onlyReported }: Dispatch): Promise<ProjectOutcome | 'failed'> {
    if (this.isAnswering) {
      // A timer takes Temporal up to a second, so whoever was answered says so; the timer is for one who died.
      await wf.condition(() => !this.isAnswering, 1);
      this.isAnswering = false;
      return 'applied';
    }
    const { run } = this;
    const fence = { runId: run.runId, stepIndex: run.index, phase: current.phase, attempt: current.attempt };
    return this.write(async (projection, seq) => {
      const command = stepDispatchOf(run, current, projection, seq);
      const given = this.run;
      const { projected, dialled, isUntaken, at, onward, hasOneAlarm, keepsTimers } = await dispatch({
        ...command,
        ...(onlyReported === true ? { onlyReported } : {}),
        ...(onlyReported !== true && this.isQuick ? { onward: { run: given } } : {}),
      });
      if (hasOneAlarm === true) this.hasOneAlarm = true;
      if (keepsTimers === true) this.alarm.keepsTimers = true;
      const isAlone = this.run === given;
      this.isQuick = QUICK.includes((onward?.at(-1)?.dialled ?? dialled)?.kind);
      if (dialled !== undefined) {
        const dispatched = { dialled, at: at ?? now(), onward };
        this.change((current) => takeDispatched(current, fence, dispatched, isAlone));
        this.lastSeq = seq + (onward?.length ?? 0) * SEQ_PER_DISPATCH;
      } else if (onlyReported === true && projected === 'applied')
        this.change((current) => cancelAsAsked(current, now(), isUntaken === true ? fence : undefined));
      return projected;
    });
  }

  private async cancelStep(toCancel: ToCancel): Promise<void> {
    const { index: stepIndex, phase, attempt, untilMs } = toCancel;
    const { runId, migrationId, candidateId, cancel } = this.run;
    this.change((run) => ({ ...run, toCancel: undefined }));
    try {
      const answer = await cancelStep({
        ...{ runId, migrationId, candidateId, stepIndex, phase, attempt },
        reason: cancel?.reason,
        ...(untilMs === undefined ? {} : { graceMs: Math.max(1, untilMs - now().ms) }),
      });
      if (answer !== undefined) this.change((run) => applyStopAnswer(run, toCancel, answer, now()));
    } catch (error) {
      rethrowFault(error);
      wf.log.warn('The worker could not be told to stop', { runId });
      this.change((run) => applyStopAnswer(run, toCancel, { isStopping: true }, now()));
    }
  }

  /** One write with its own order; when it fails, what was to be written stays, and it is tried again later. */
  private async write(
    call: (projection: ReturnType<typeof projectionOf>, seq: number) => Promise<ProjectOutcome>,
  ): Promise<ProjectOutcome | 'failed'> {
    const { run, outbox } = takeOutbox(this.run);
    this.run = run;
    const seq = this.takeSeq();
    this.isWriting = true;
    try {
      const outcome = await call(projectionOf(run, outbox, seq, now()), seq);
      this.isWriting = false;
      this.failures = 0;
      if (outcome === 'stale') {
        // A later write of this run is in the store, from a workflow task that was lost: write above it.
        this.change((current) => putBack(current, { ...outbox, dirty: true }));
        this.lastSeq += SEQ_PER_EVENT * SEQ_PER_EVENT;
        await wf.sleep(1_000);
      }
      return outcome;
    } catch (error) {
      rethrowFault(error);
      this.change((current) => putBack(current, outbox));
      this.isWriting = false;
      const delay = Math.min(1_000 * 2 ** this.failures, WRITE_RETRY_MAX_MS);
      this.failures += 1;
      await wf.condition(() => wf.workflowInfo().continueAsNewSuggested, delay);
      return 'failed';
    }
  }

  /**
   * Orders the writes of a run. A workflow task that was lost and is done again sees a longer history when anything
   * else has happened since, so its writes are above the lost ones; when nothing has, they are equal and the same.
   * Two are taken at a time: the second is for what an accepted dispatch writes.
   */
  private takeSeq(): number {
    this.lastSeq = Math.max(
      this.lastSeq + SEQ_PER_DISPATCH,
      this.baseSeq + wf.workflowInfo().historyLength * SEQ_PER_EVENT,
    );
    return this.lastSeq;
  }
}

/** A local activity throws its own failure, without an ActivityFailure around it; anything else is a fault of ours. */
function rethrowFault(error: unknown): void {
  if (!(error instanceof wf.TemporalFailure)) throw error;
}
