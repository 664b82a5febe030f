import { useQuery } from '@tanstack/react-query';
import type { DryRun } from '../../shared/contract.ts';
import { Button } from '../../ui/button.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './base-note.module.css';
import { movedInWords, shortCommit, stateOfBases } from './base-words.ts';
import { basesQuery } from './dry-run-queries.ts';

interface BaseNoteProps {
  readonly dryRun: DryRun;
  /** Makes the preview anew, from where the branches are now. */
  readonly onAgain: () => void;
}

/** What the preview was made from, and whether that has moved since. */
export function BaseNote({ dryRun, onAgain }: BaseNoteProps) {
  const { bases = [] } = dryRun;
  const query = useQuery({ ...basesQuery(dryRun.id), enabled: bases.length > 0 });
  const checked = query.data?.items ?? [];
  const state = stateOfBases(checked);
  const why =
    query.error === null
      ? checked.find((base) => base.why !== undefined)?.why
      : 'The server does not answer.';
  return (
    <div className={styles.note}>
      <p className={styles.made}>
        Made <RelativeTime at={dryRun.startedAt} />
        {bases.length === 0 ? '.' : ' from '}
        {bases.map(({ repo, branch, commit }, index) => (
          <span key={`${repo} ${branch}`}>
            {index > 0 ? ', ' : ''}
            {repo} {branch} at <code title={commit}>{shortCommit(commit)}</code>
          </span>
        ))}
        {bases.length === 0 ? '' : '.'}
      </p>
      {bases.length === 0 ? null : (
        <div role="status" className={styles.state} data-state={state}>
          {state === 'moved' ? (
            <>
              <StateBadge word="The base has moved" tone="person" shape="diamond" isStrong />
              <span>{movedInWords(checked)}; what came since is not in this preview.</span>
              <Button size="small" onPress={onAgain}>
                Preview again
              </Button>
            </>
          ) : state === 'current' ? (
            <StateBadge word="Nothing was pushed to its base since" tone="done" shape="check" />
          ) : query.isPending ? (
            <span>Looking whether the base has moved…</span>
          ) : (
            <>
              <StateBadge word="Whether the base has moved is not known" tone="idle" shape="question" />
              {why === undefined ? null : <span>{why}</span>}
              <Button
                size="small"
                look="quiet"
                onPress={() => void query.refetch()}
                working={query.isFetching && 'Looking…'}
              >
                Look again
              </Button>
            </>
          )}
        </div>
      )}
    </div>
  );
}
