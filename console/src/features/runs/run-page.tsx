import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { candidateQuery } from '../../shared/candidate-query.ts';
import type { Candidate, Migration, RunSummary } from '../../shared/contract.ts';
import { isUuid } from '../../shared/ids.ts';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { isMoving, waitsOnPerson } from '../../shared/moving.ts';
import { pace } from '../../shared/pace.ts';
import { isNotFound } from '../../shared/problem.ts';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { QueryView } from '../../shared/query-view.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { candidateLook } from '../../shared/state-look.ts';
import { stepsQuery } from '../../shared/steps-query.ts';
import { useTitle } from '../../shared/use-title.ts';
import { Vanished } from '../../shared/vanished.tsx';
import { Page } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Age, RelativeTime } from '../../ui/time.tsx';
import { ActionBar } from './action-bar.tsx';
import { describeRun } from './describe-run.ts';
import { HoldBanner } from './hold-banner.tsx';
import { RelatedRun } from './related-run.tsx';
import styles from './run-page.module.css';
import { RunPicker } from './run-picker.tsx';
import { runsQuery } from './run-queries.ts';
import { RunSteps } from './run-steps.tsx';
import { UnknownActions } from './unknown-actions.tsx';
import { UnknownRun } from './unknown-run.tsx';
import { useEffects } from './use-effects.ts';
import { useFollowCandidate } from './use-follow-candidate.ts';

const route = '/migrations/$migrationId/candidates/$candidateId';

/** Everything about one candidate and its runs: what goes on, every step, every attempt, what can be done now. */
export function RunPage() {
  const { migrationId, candidateId } = useParams({ from: route });
  const target = useMemo(() => ({ migrationId, candidateId }), [migrationId, candidateId]);
  const query = useQuery(candidateQuery(migrationId, candidateId));
  const candidate = query.data;
  const isWaiting = candidate !== undefined && waitsOnPerson(candidate);
  const migrationRead = useQuery({
    ...migrationQuery(migrationId),
    refetchInterval: pace(({ body }) => !isWaiting && isMoving(body)),
  });
  const { data: migration } = migrationRead;
  useTitle(candidate === undefined ? candidateId : `${candidateId}: ${candidateLook(candidate).word}`);
  return (
    <Page
      title={candidateId}
      trail={
        <>
          <Link to="/">Home</Link> /{' '}
          <Link to="/migrations/$migrationId" params={{ migrationId }}>
            {migration?.name ?? migrationId}
          </Link>
        </>
      }
      beside={
        candidate === undefined || isNotFound(query.error) ? undefined : (
          <StateBadge {...candidateLook(candidate)} isStrong />
        )
      }
    >
      {isNotFound(query.error) ? (
        <Vanished target={target} wasThere={candidate !== undefined} />
      ) : (
        <QueryView query={query} what="the candidate" lines={10}>
          {(shown) => (
            <>
              <Run target={target} candidate={shown} migration={migration} />
              {migration !== undefined || migrationRead.error === null ? null : (
                <UnknownActions
                  error={migrationRead.error}
                  onRetry={() => void migrationRead.refetch()}
                  isTrying={migrationRead.isFetching}
                />
              )}
            </>
          )}
        </QueryView>
      )}
    </Page>
  );
}

interface RunProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration | undefined;
}

function Run({ target, candidate, migration }: RunProps) {
  const { run } = useSearch({ from: route });
  const { data: runs, error: runsError } = useQuery(runsQuery(target, waitsOnPerson(candidate)));
  const newest = runs?.items[0];
  useFollowCandidate(target, candidate);
  const older =
    run === undefined || run === newest?.runId ? undefined : runs?.items.find((one) => one.runId === run);
  const isOlder = run !== undefined && run !== newest?.runId && run !== candidate.runId;
  const left = useEffects(target, candidate, newest);
  const list = { runs: runs?.items ?? [], total: runs?.total ?? 0 };
  const isUnknown = useIsUnknown(target, isOlder ? run : undefined);
  const shownRunId = isOlder ? run : (candidate.runId ?? newest?.runId);
  if (isUnknown) return <UnknownRun />;
  return (
    <>
      <div className={styles.top}>
        {isOlder ? <OlderRunNote run={older} /> : <Sentence candidate={candidate} newest={newest} />}
        <div className={styles.aside}>
          {candidate.prUrl === undefined ? null : (
            <a href={candidate.prUrl} rel="noreferrer" target="_blank">
              Pull request {pullRequestName(candidate.prUrl)}
            </a>
          )}
          {shownRunId === undefined ? null : (
            <>
              <Link to="/timeline" search={{ id: shownRunId }}>
                Timeline
              </Link>
              <Link to="/deliveries" search={{ run: shownRunId }} aria-label="Deliveries of this run">
                Deliveries
              </Link>
            </>
          )}
          <RunPicker {...list} selected={isOlder ? run : undefined} />
          {runs === undefined && runsError !== null ? (
            <span role="status">The runs could not be read; trying again by itself.</span>
          ) : null}
        </div>
        <RelatedRun {...list} run={isOlder ? older : newest} />
      </div>
      {isOlder ? null : <HoldBanner target={target} candidate={candidate} migration={migration} />}
      <RunSteps
        target={target}
        candidate={candidate}
        runId={isOlder ? run : undefined}
        eventsRunId={shownRunId}
        shownRun={isOlder ? older : newest}
      />
      {migration === undefined ? null : (
        <ActionBar
          target={target}
          candidate={candidate}
          migration={migration}
          isOlder={isOlder}
          left={left}
        />
      )}
    </>
  );
}

function Sentence({
  candidate,
  newest,
}: {
  readonly candidate: Candidate;
  readonly newest: RunSummary | undefined;
}) {
  const { headline, since, isPast, who } = describeRun(candidate, newest);
  return (
    <p className={styles.sentence} role="status">
      {headline}
      {since === undefined ? null : (
        <>
          , <span className={styles.age}>{isPast ? <RelativeTime at={since} /> : <Age at={since} />}</span>
        </>
      )}
      {who === undefined ? null : (
        <>
          ; <span className={styles.who}>{who}</span>
        </>
      )}
      .
    </p>
  );
}

function OlderRunNote({ run }: { readonly run: RunSummary | undefined }) {
  return (
    <p className={styles.sentence}>
      This is an older run{run?.outcome === undefined ? '' : `, ${run.outcome.replace('_', ' ')}`}
      {run?.endedAt === undefined ? '' : ' '}
      {run?.endedAt === undefined ? null : (
        <>
          <Age at={run.endedAt} /> ago
        </>
      )}
      .{' '}
      <Link to="." search={{}}>
        Show the newest run
      </Link>
    </p>
  );
}

/** Whether the server knows no such run; one whose id is of another form it need not be asked for. */
function useIsUnknown(target: Target, run: string | undefined): boolean {
  const isAskable = run === undefined || isUuid(run);
  const { error } = useQuery({ ...stepsQuery(target, run), enabled: isAskable });
  return run !== undefined && (!isAskable || isNotFound(error));
}
