import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Candidate, Migration } from '../../shared/contract.ts';
import { DecisionDialog } from '../../shared/decision-dialog.tsx';
import { notify } from '../../shared/notices.ts';
import { usePaletteActions } from '../../shared/palette-actions.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { retryStep, startRun, type Target } from '../../shared/run-actions.ts';
import { StartRunDialog } from '../../shared/start-run-dialog.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import styles from './action-bar.module.css';
import { CancelDialog } from './cancel-dialog.tsx';
import { CurlMenu } from './curl-menu.tsx';
import { RetryDialog } from './retry-dialog.tsx';
import { type RunAction, validActions } from './valid-actions.ts';

interface ActionBarProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration;
  /** An older run is looked at; nothing can be done to it. */
  readonly isOlder: boolean;
}

const words: Readonly<Record<RunAction, string>> = {
  start: 'Start',
  preview: 'Preview',
  approve: 'Approve…',
  reject: 'Reject…',
  retry: 'Retry',
  cancel: 'Cancel the run…',
  abandon: 'Abandon the undoing…',
};

/** What can be done now, and nothing else; each says what it will do. */
export function ActionBar({ target, candidate, migration, isOlder }: ActionBarProps) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<RunAction>();
  const { isSent, markSent } = useSent(candidate);
  const retry = useAction(retryStep, () => {
    notify(`Retrying ${candidate.step} of ${candidate.id}.`);
    markSent();
  });
  const start = useAction(startRun, () => {
    notify(`Started ${candidate.id}.`);
    markSent();
  });
  const needsInputs = migration.requiredInputs.length > 0;
  const actions = isOlder ? [] : validActions(candidate, migration.capabilities.dryRun === true);
  const stepName = candidate.step;

  const act = (action: RunAction) => {
    if (action === 'retry' && !needsInputs && stepName !== undefined) retry.run({ ...target, stepName });
    else if (action === 'start' && !needsInputs) start.run(target);
    else if (action === 'preview') {
      void navigate({ to: '/migrations/$migrationId/candidates/$candidateId/preview', params: target });
    } else setOpen(action);
  };
  const close = () => setOpen(undefined);

  usePaletteActions(
    actions.map((action) => ({
      id: `run-${action}`,
      label: words[action].replace('…', ''),
      hint: candidate.id,
      run: () => act(action),
    })),
  );

  const failed = retry.error ?? start.error;
  return (
    <>
      <section aria-label="Actions" className={styles.bar}>
        {failed === null ? null : (
          <div className={styles.problem}>
            <ProblemMessage
              error={failed}
              lead={retry.error === null ? 'The run was not started' : 'The step was not retried'}
            />
          </div>
        )}
        <p className={styles.meaning} role="status">
          {isSent ? 'Sent. The run takes it up in a moment.' : meaningOf(candidate, actions, isOlder)}
        </p>
        <div className={styles.buttons}>
          <CurlMenu target={target} candidate={candidate} actions={actions} />
          {actions.toReversed().map((action) =>
            action === 'preview' ? (
              <Link
                key={action}
                to="/migrations/$migrationId/candidates/$candidateId/preview"
                params={target}
                className={buttonClass()}
              >
                {words.preview}
              </Link>
            ) : (
              <Button
                key={action}
                look={lookOf(action, actions)}
                isDisabled={isSent}
                onPress={() => act(action)}
                working={
                  (action === 'retry' && retry.isWorking && 'Retrying…') ||
                  (action === 'start' && start.isWorking && 'Starting…')
                }
              >
                {needsInputs && (action === 'retry' || action === 'start')
                  ? `${words[action]}…`
                  : words[action]}
              </Button>
            ),
          )}
        </div>
      </section>
      {(open === 'approve' || open === 'reject') && stepName !== undefined ? (
        <DecisionDialog
          target={target}
          stepName={stepName}
          decision={open === 'approve' ? 'approved' : 'rejected'}
          onClose={close}
          onDone={markSent}
        />
      ) : null}
      {open === 'retry' && stepName !== undefined ? (
        <RetryDialog
          target={target}
          stepName={stepName}
          declared={migration.requiredInputs}
          stored={candidate.inputs}
          onClose={close}
          onDone={markSent}
        />
      ) : null}
      {open === 'cancel' || open === 'abandon' ? (
        <CancelDialog
          target={target}
          candidate={candidate}
          migration={migration}
          onClose={close}
          onDone={markSent}
        />
      ) : null}
      {open === 'start' ? (
        <StartRunDialog
          target={target}
          declared={migration.requiredInputs}
          stored={candidate.inputs}
          stepCount={candidate.stepCount}
          onClose={close}
          onStarted={markSent}
        />
      ) : null}
    </>
  );
}

function lookOf(action: RunAction, actions: readonly RunAction[]): 'primary' | 'danger' | 'plain' {
  if (action === 'cancel' || action === 'abandon' || action === 'reject') return 'danger';
  return action === actions[0] ? 'primary' : 'plain';
}

function meaningOf(candidate: Candidate, actions: readonly RunAction[], isOlder: boolean): string {
  if (isOlder) return 'Nothing can be done to an older run.';
  switch (actions[0]) {
    case 'start':
      return `Start runs ${candidate.stepCount === 1 ? 'its one step' : `all ${candidate.stepCount} steps`}.`;
    case 'approve':
      return `Approve lets the run go on; reject fails ${candidate.step}.`;
    case 'retry':
      return `Retry tries ${candidate.step} again, as attempt ${(candidate.attempt ?? 0) + 1}.`;
    case 'cancel':
      return 'Cancel ends the run; what was attempted stays readable.';
    case 'abandon':
      return 'Abandon ends the run with what is not undone yet left as it is.';
    default:
      return candidate.status === 'completed'
        ? 'Completed; nothing is left to do.'
        : 'Nothing can be done now.';
  }
}

const answerMs = 8_000;

/** After an action counted, the bar waits for the run to show it, but not for ever. */
function useSent(candidate: Candidate) {
  const { runId, runState, step, attempt, since } = candidate;
  const now = [runId, runState, step, attempt, since].join(' ');
  const [sentAt, setSentAt] = useState<string>();
  useEffect(() => {
    if (sentAt === undefined) return;
    const timer = setTimeout(() => setSentAt(undefined), answerMs);
    return () => clearTimeout(timer);
  }, [sentAt]);
  return { isSent: sentAt === now, markSent: () => setSentAt(now) };
}
