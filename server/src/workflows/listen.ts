/**
 * What a run can be told. Handlers are synchronous and never throw: a thrown one would hold the workflow task, and
 * with it the run, until new code is deployed. REPLAY-SENSITIVE.
 */
import * as wf from '@temporalio/workflow';
import type { Run } from '../domain/run.ts';
import { askCancel, mayBeUntaken } from '../domain/run-catch-up.ts';
import { applyInputs, applyRetry, whyNotRetryable } from '../domain/run-commands.ts';
import { applyPause, applyResume, whyNotPausable, whyNotResumable } from '../domain/run-pause.ts';
import { applyRedeliver, applyReport, applyWake } from '../domain/run-reports.ts';
import { applyDecision, whyNotDecidable } from '../domain/run-review.ts';
import { applySkip, whyNotSkippable } from '../domain/run-skip.ts';
import { type Interpreter, now } from './interpreter.ts';
import * as messages from './messages.ts';
import {
  readCancel,
  readChangedInputs,
  readDecision,
  readFence,
  readMine,
  readPause,
  readReport,
  readRetry,
  readSkip,
} from './read-message.ts';

/** A cancel asks the store whether a step that waits was ever given to a worker (ADR 0025). */
const LOOKS_FOR_DIALS = 'cancel-looks-for-dials';
const RUN_OVER = 'The run is over.';

export function listen(session: Interpreter): void {
  const { runId } = session.run;
  /** Applies what was read, or ignores what cannot be used. */
  const take = <Message>(
    message: Message | undefined,
    transition: (run: Run, message: Message) => Run,
  ): void => {
    if (message !== undefined) session.change((run) => transition(run, message));
  };

  wf.setHandler(messages.stepCompleted, (message) =>
    take(readReport(message, runId), (run, report) => applyReport(run, report, now())),
  );
  wf.setHandler(messages.cancelRequested, (message) =>
    take(readCancel(message, runId), (run, cancel) => {
      const looksForDials = cancel.catchesUp && mayBeUntaken(run) && wf.patched(LOOKS_FOR_DIALS);
      return askCancel(run, { ...cancel, looksForDials }, now());
    }),
  );
  wf.setHandler(messages.workerBack, (message) =>
    take(readMine(message, runId), (run) => applyWake(run, now())),
  );
  wf.setHandler(messages.answered, (message) => {
    if (readMine(message, runId) !== undefined) session.answered();
  });
  wf.setHandler(messages.redeliver, (message) => take(readFence(message, runId), applyRedeliver));

  /** A rejected update leaves no trace in the history; its message reaches the caller. */
  const validate =
    <Message>(
      read: (fields: Readonly<Record<string, unknown>>) => Message | undefined,
      whyNot: (run: Run, message: Message) => string | undefined,
    ) =>
    (update: unknown): void => {
      const mine = readMine(update, runId);
      const message = mine === undefined ? undefined : read(mine);
      if (mine === undefined) refuse(RUN_OVER);
      else if (message === undefined) refuse('The request is malformed.');
      else refuse(whyNot(session.run, message));
    };

  wf.setHandler(
    messages.retry,
    ({ inputs, actor }) => {
      session.answerBeforeDialling();
      session.change((run) => applyRetry(run, { inputs, actor }, now()));
    },
    {
      validator: validate(
        readRetry,
        (run, { stepName, ifInputsVersion }) =>
          whyNotRetryable(run, stepName) ?? refuseStale(run, ifInputsVersion),
      ),
    },
  );
  wf.setHandler(
    messages.decide,
    (decision) => {
      session.answerBeforeDialling();
      session.change((run) => applyDecision(run, decision, now()));
    },
    { validator: validate(readDecision, whyNotDecidable) },
  );
  wf.setHandler(
    messages.skip,
    (skip) => {
      session.answerBeforeDialling();
      session.change((run) => applySkip(run, skip, now()));
    },
    { validator: validate(readSkip, (run, { stepName }) => whyNotSkippable(run, stepName)) },
  );
  wf.setHandler(messages.pause, (pause) => session.change((run) => applyPause(run, pause, now())), {
    validator: validate(readPause, whyNotPausable),
  });
  wf.setHandler(
    messages.resume,
    (resume) => {
      session.answerBeforeDialling();
      session.change((run) => applyResume(run, resume, now()));
    },
    { validator: validate(readPause, whyNotResumable) },
  );
  wf.setHandler(
    messages.changeInputs,
    ({ inputs, actor }) => session.change((run) => applyInputs(run, inputs, actor, now())),
    {
      validator: validate(readChangedInputs, (run, { ifInputsVersion }) =>
        run.ended === undefined ? refuseStale(run, ifInputsVersion) : RUN_OVER,
      ),
    },
  );

  wf.setHandler(messages.progress, () => {
    const { view, attempts, inputsVersion, bareSteps, undo, ended } = session.run;
    const { isWritten, isRefused } = session;
    const isRollback = undo !== undefined;
    return { runId, view, attempts, inputsVersion, bareSteps, isRollback, isWritten, isRefused, ended };
  });
}

/** Whoever reads inputs, changes them and gives them back would undo what somebody else changed meanwhile. */
function refuseStale(run: Run, ifInputsVersion: number | undefined): undefined {
  if (ifInputsVersion !== undefined && ifInputsVersion !== run.inputsVersion)
    throw wf.ApplicationFailure.nonRetryable('The inputs were changed meanwhile.', messages.STALE_INPUTS);
}

function refuse(why: string | undefined): void {
  if (why !== undefined) throw wf.ApplicationFailure.nonRetryable(why, 'not-waiting');
}
