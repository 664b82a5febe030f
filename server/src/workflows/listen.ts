/**
 * What a run can be told. Handlers are synchronous and never throw: a thrown one would hold the workflow task, and
 * with it the run, until new code is deployed. REPLAY-SENSITIVE.
 */
import * as wf from '@temporalio/workflow';
import {
  applyCancel,
  applyDecision,
  applyInputs,
  applyRetry,
  whyNotDecidable,
  whyNotRetryable,
} from '../domain/run-commands.ts';
import { applyRedeliver, applyReport, applyWake } from '../domain/run-reports.ts';
import { type Interpreter, now } from './interpreter.ts';
import * as messages from './messages.ts';

export function listen(session: Interpreter): void {
  const isMine = (message: unknown): boolean =>
    typeof message === 'object' &&
    message !== null &&
    (message as { runId?: unknown }).runId === session.run.runId;

  wf.setHandler(messages.stepCompleted, (report) => {
    if (isMine(report)) session.change((run) => applyReport(run, report, now()));
  });
  wf.setHandler(messages.cancelRequested, (cancel) => {
    if (isMine(cancel)) session.change((run) => applyCancel(run, cancel, now()));
  });
  wf.setHandler(messages.workerBack, (message) => {
    if (isMine(message)) session.change(applyWake);
  });
  wf.setHandler(messages.redeliver, (fence) => {
    if (isMine(fence)) session.change((run) => applyRedeliver(run, fence));
  });

  wf.setHandler(
    messages.retry,
    ({ inputs, actor }) => {
      session.answerBeforeDialling();
      session.change((run) => applyRetry(run, { inputs, actor }, now()));
    },
    { validator: (update) => refuseUnless(isMine(update), whyNotRetryable(session.run, update.stepName)) },
  );
  wf.setHandler(
    messages.decide,
    (decision) => {
      session.answerBeforeDialling();
      session.change((run) => applyDecision(run, decision, now()));
    },
    { validator: (update) => refuseUnless(isMine(update), whyNotDecidable(session.run, update.stepName)) },
  );
  wf.setHandler(
    messages.changeInputs,
    ({ inputs, actor }) => session.change((run) => applyInputs(run, inputs, actor, now())),
    {
      validator: (update) =>
        refuseUnless(isMine(update), session.run.ended === undefined ? undefined : 'The run is over.'),
    },
  );

  wf.setHandler(messages.progress, () => ({
    runId: session.run.runId,
    view: session.run.view,
    attempts: session.run.attempts,
  }));
}

/** A rejected update leaves no trace in the history; its message reaches the caller. */
function refuseUnless(mine: boolean, why: string | undefined): void {
  const reason = mine ? why : 'This run is over.';
  if (reason !== undefined) throw wf.ApplicationFailure.nonRetryable(reason, 'not-waiting');
}
