import type { UseQueryResult } from '@tanstack/react-query';
import type { CancelPreview } from '../../shared/contract.ts';
import { ProblemError } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { Button } from '../../ui/button.tsx';
import { formatDuration } from '../../ui/format.ts';
import { Loading } from '../../ui/loading.tsx';
import styles from './cancel-preview-view.module.css';
import { EffectList } from './effect-list.tsx';

/** The server says that it is not so, or not any more; without an answer what was read before stays. */
export function isRefused(error: Error | null): boolean {
  return error instanceof ProblemError;
}

interface CancelPreviewViewProps {
  readonly query: UseQueryResult<CancelPreview>;
  /** What the run does when the worker has stopped. */
  readonly then: string;
}

/** What a cancel would do now, or why that is not known. */
export function CancelPreviewView({ query, then }: CancelPreviewViewProps) {
  const { data: preview, error } = query;
  if (preview === undefined && error === null) return <Loading what="what would be undone" lines={2} />;
  return (
    <>
      {preview?.stopped === undefined ? null : (
        <p className={styles.stopped}>
          The worker is told to stop <strong>{preview.stopped}</strong>
          {preview.withinSeconds === undefined
            ? null
            : `; the run ${then} within ${formatDuration(preview.withinSeconds * 1_000)} at most`}
          .
        </p>
      )}
      {preview === undefined ? null : <EffectList undone={preview.undone} remaining={preview.remaining} />}
      {error !== null && (isRefused(error) || preview === undefined) ? (
        <ProblemMessage
          error={error}
          lead="What would be undone is not known"
          actions={
            <Button size="small" onPress={() => void query.refetch()} working={query.isFetching && 'Trying…'}>
              Try again
            </Button>
          }
        />
      ) : null}
    </>
  );
}
