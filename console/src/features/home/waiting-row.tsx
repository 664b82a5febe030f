import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { retryStep } from '../../shared/run-actions.ts';
import { overdueLook, runLook, whoWords } from '../../shared/state-look.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { CutText } from '../../ui/cut-text.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Age } from '../../ui/time.tsx';
import type { AskingState, WaitingRun } from './attention.ts';
import styles from './waiting-row.module.css';

const DecisionDialog = lazy(() =>
  import('../../shared/decision-dialog.tsx').then((module) => ({ default: module.DecisionDialog })),
);

interface WaitingRowProps {
  readonly run: WaitingRun;
  readonly state: AskingState;
}

/** Which candidate, where in which migration, why, on whom, since when, and the one button that unblocks it. */
export function WaitingRow({ run, state }: WaitingRowProps) {
  const { migration, candidate } = run;
  const params = { migrationId: migration.id, candidateId: candidate.id };
  const retry = useAction(retryStep, () => notify(`Retrying ${candidate.id}.`));
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <Link
          to="/migrations/$migrationId/candidates/$candidateId"
          params={params}
          className={styles.name}
          title={candidate.id}
          data-row-link=""
        >
          <CutText text={candidate.id} />
        </Link>
        <span className={styles.where}>
          {migration.name}
          {candidate.step === undefined
            ? ''
            : ` · step ${(candidate.stepIndex ?? 0) + 1} of ${candidate.stepCount}, ${candidate.step}`}
        </span>
      </div>
      <div className={styles.why}>
        <p className={styles.reason} title={candidate.reason}>
          {candidate.reason ?? 'No reason was given.'}
        </p>
        {candidate.who === undefined || candidate.who === 'nobody' ? null : (
          <p className={styles.who}>
            {runLook(candidate) === overdueLook ? <StateBadge {...overdueLook} word="Overdue" /> : null}
            <span>{whoWords[candidate.who]} must act.</span>
          </p>
        )}
      </div>
      <span className={styles.since}>
        {candidate.since === undefined ? null : <Age at={candidate.since} />}
      </span>
      <div className={styles.action} data-row-action="">
        <Unblock run={run} state={state} retry={retry} />
      </div>
      {retry.error === null ? null : (
        <div className={styles.problem}>
          <ProblemMessage error={retry.error} lead="The step was not retried" />
        </div>
      )}
    </li>
  );
}

interface UnblockProps extends WaitingRowProps {
  readonly retry: {
    readonly run: (input: { migrationId: string; candidateId: string; stepName: string }) => void;
    readonly working: (word: string) => string | false;
  };
}

function Unblock({ run: { migration, candidate }, state, retry }: UnblockProps) {
  const [isDeciding, setDeciding] = useState(false);
  const target = { migrationId: migration.id, candidateId: candidate.id };
  const { step } = candidate;
  if (state === 'awaiting_worker') {
    return (
      <Link to="/workers" hash={migration.workerApp} className={buttonClass({ size: 'small' })}>
        Look at the worker
      </Link>
    );
  }
  if (state === 'pending' && candidate.prUrl !== undefined) {
    return (
      <a
        href={candidate.prUrl}
        rel="noreferrer"
        target="_blank"
        className={buttonClass({ size: 'small' })}
        aria-label={`Open pull request ${pullRequestName(candidate.prUrl)}`}
      >
        Open pull request
      </a>
    );
  }
  if (state === 'pending' || state === 'lost' || step === undefined) {
    return (
      <Link
        to="/migrations/$migrationId/candidates/$candidateId"
        params={target}
        className={buttonClass({ size: 'small' })}
      >
        Open the run
      </Link>
    );
  }
  if (state === 'awaiting_retry' || state === 'compensating') {
    return (
      <Button
        size="small"
        aria-label={`Retry ${step} of ${candidate.id}`}
        onPress={() => retry.run({ ...target, stepName: step })}
        working={retry.working('Retrying…')}
      >
        Retry
      </Button>
    );
  }
  return (
    <>
      <Button
        size="small"
        aria-label={`Decide on ${step} of ${candidate.id}`}
        onPress={() => setDeciding(true)}
      >
        Decide…
      </Button>
      {isDeciding ? (
        <Suspense>
          <DecisionDialog target={target} stepName={step} onClose={() => setDeciding(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
