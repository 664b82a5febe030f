import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { candidateQuery } from '../../shared/candidate-query.ts';
import type { Candidate, DryRun, Inputs, Migration } from '../../shared/contract.ts';
import { isUuid } from '../../shared/ids.ts';
import { effectiveInputs } from '../../shared/inputs-draft.ts';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { isNotFound } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { UnknownMigration } from '../../shared/unknown-migration.tsx';
import { useAction } from '../../shared/use-action.ts';
import { useTitle } from '../../shared/use-title.ts';
import { Vanished } from '../../shared/vanished.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { dryRunQuery, startDryRun } from './dry-run-queries.ts';
import { PreviewForm } from './preview-form.tsx';
import styles from './preview-page.module.css';
import { PreviewResult } from './preview-result.tsx';
import { PreviewRunning } from './preview-running.tsx';

const route = '/migrations/$migrationId/candidates/$candidateId/preview';

/** What a run would change, file by file, without changing it. */
export function PreviewPage() {
  const { migrationId, candidateId } = useParams({ from: route });
  const target = useMemo(() => ({ migrationId, candidateId }), [migrationId, candidateId]);
  const migration = useQuery(migrationQuery(migrationId));
  const candidate = useQuery(candidateQuery(migrationId, candidateId));
  const { dryRun: dryRunId } = useSearch({ from: route });
  const isAskable = dryRunId !== undefined && isUuid(dryRunId);
  const made = useQuery({ ...dryRunQuery(dryRunId ?? ''), enabled: isAskable });
  useTitle(`Preview of ${candidateId}`);
  const content = () => {
    if (migration.data === undefined && isNotFound(migration.error))
      return <UnknownMigration migrationId={migrationId} />;
    if (candidate.data === undefined && isNotFound(candidate.error))
      return <Vanished target={target} wasThere={false} />;
    return (
      <QueryView query={migration} what="the migration">
        {(known) => (
          <QueryView query={candidate} what="the candidate">
            {(shown) => {
              const given = { target, migration: known, candidate: shown };
              if (known.capabilities.dryRun !== true) return <CannotPreview target={target} />;
              if (dryRunId === undefined) return <Preview key={`new ${candidateId}`} {...given} />;
              if (!isAskable || isNotFound(made.error)) return <UnknownPreview />;
              return (
                <QueryView query={made} what="the preview" lines={8}>
                  {(dryRun) => <Preview key={`made ${candidateId}`} {...given} dryRun={dryRun} />}
                </QueryView>
              );
            }}
          </QueryView>
        )}
      </QueryView>
    );
  };
  return (
    <Page
      title={`Preview of ${candidateId}`}
      trail={
        <>
          <Link to="/">Home</Link> /{' '}
          <Link to="/migrations/$migrationId" params={{ migrationId }}>
            {migration.data?.name ?? migrationId}
          </Link>{' '}
          /{' '}
          <Link to="/migrations/$migrationId/candidates/$candidateId" params={target}>
            {candidateId}
          </Link>
        </>
      }
    >
      {content()}
    </Page>
  );
}

interface PreviewProps {
  readonly target: Target;
  readonly migration: Migration;
  readonly candidate: Candidate;
  readonly dryRun?: DryRun;
}

function Preview({ target, migration, candidate, dryRun }: PreviewProps) {
  const client = useQueryClient();
  const navigate = useNavigate({ from: route });
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const ask = useAction(startDryRun, (made) => {
    client.setQueryData(dryRunQuery(made.id).queryKey, { body: made, etag: undefined });
    // An answer that comes late must not lead away from what is looked at since.
    if (!isShown.current) return;
    void navigate({
      search: (before) => ({ ...before, dryRun: made.id }),
      replace: dryRun === undefined,
      resetScroll: false,
    });
  });
  const { run } = ask;
  const preview = (inputs: Inputs) => run({ ...target, inputs });
  const inputs = dryRun?.inputs ?? effectiveInputs(migration.requiredInputs, candidate.inputs);

  // Who opens the page wants the preview; it is made at once where nothing has to be filled in first.
  const isAsked = useRef(dryRun !== undefined);
  const isComplete = migration.requiredInputs.every(
    (input) => input.required === false || inputs[input.name] !== undefined,
  );
  useEffect(() => {
    if (isAsked.current || !isComplete) return;
    isAsked.current = true;
    run({ ...target, inputs });
  });

  const isBusy = ask.isWorking || dryRun?.state === 'running';
  return (
    <div className={styles.preview}>
      <PreviewForm
        target={target}
        migration={migration}
        candidate={candidate}
        dryRun={dryRun}
        inputs={inputs}
        isBusy={isBusy}
        refusal={ask.error}
        onPreview={preview}
      />
      {ask.error === null ? null : (
        <ProblemMessage error={ask.error} lead="The preview was not made" shown={migration.requiredInputs} />
      )}
      {isBusy ? <PreviewRunning startedAt={ask.isWorking ? undefined : dryRun?.startedAt} /> : null}
      {dryRun === undefined && !isBusy && ask.error === null && !isComplete ? (
        <EmptyState title="Nothing is previewed yet">
          Fill in the inputs; the preview shows file by file what a run would change, and changes nothing.
        </EmptyState>
      ) : null}
      {dryRun === undefined || isBusy ? null : (
        <PreviewResult dryRun={dryRun} migration={migration} onAgain={() => preview(dryRun.inputs)} />
      )}
    </div>
  );
}

/** The address names a preview that the server does not know, or not any more. */
function UnknownPreview() {
  return (
    <EmptyState
      title="This preview is not known"
      actions={
        <Link to="." search={{}} className={buttonClass({ look: 'primary' })}>
          Preview anew
        </Link>
      }
    >
      The address may be wrong, or the preview is older than what is kept.
    </EmptyState>
  );
}

function CannotPreview({ target }: { readonly target: Target }) {
  return (
    <EmptyState
      title="The worker of this migration cannot preview"
      actions={
        <Link to="/migrations/$migrationId/candidates/$candidateId" params={target}>
          Back to {target.candidateId}
        </Link>
      }
    >
      A worker that announces the capability dryRun can.
    </EmptyState>
  );
}
