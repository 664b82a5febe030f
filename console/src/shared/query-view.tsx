import type { UseQueryResult } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { connection } from './connection.ts';
import { NoAnswerError, ProblemError, problemText } from './problem.ts';
import { ProblemMessage } from './problem-message.tsx';
import styles from './query-view.module.css';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T, Error>;
  /** What is read, such as "the migrations". */
  readonly what: string;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** Why what is around a view is stale: a view within that is so for the same reason need not say it again. */
const SaidReason = createContext<string | undefined>(undefined);

/** Loading, failed, stale or there. Stale data stays on screen and says how old it is. */
export function QueryView<T>({ query, what, lines, children }: QueryViewProps<T>) {
  const { data, error } = query;
  const said = useContext(SaidReason);
  if (data !== undefined) {
    const reason = error === null ? undefined : reasonOf(error);
    return (
      <>
        {error === null || reason === said ? null : (
          <StaleNote what={what} error={error} readAt={query.dataUpdatedAt} />
        )}
        <SaidReason value={reason ?? said}>{children(data)}</SaidReason>
      </>
    );
  }
  if (error === null) return <Loading what={what} {...(lines !== undefined && { lines })} />;
  return (
    <ProblemMessage
      error={error}
      lead={`Could not read ${what}`}
      actions={
        <Button size="small" onPress={() => void query.refetch()} working={query.isFetching && 'Trying…'}>
          Try again
        </Button>
      }
    />
  );
}

interface StaleNoteProps {
  readonly what: string;
  readonly error: Error;
  readonly readAt: number;
}

function StaleNote({ what, error, readAt }: StaleNoteProps) {
  const { state } = useSyncExternalStore(connection.subscribe, connection.current);
  // The banner says it for the whole page.
  if (state === 'silent' && error instanceof NoAnswerError) return null;
  if (isGone(error)) {
    return (
      <p role="status" className={styles.stale}>
        The server knows nothing of {what} any more. Shown as it was{' '}
        <RelativeTime at={new Date(readAt).toISOString()} />. Looking again by itself.
      </p>
    );
  }
  return (
    <p role="status" className={styles.stale}>
      Shown as it was <RelativeTime at={new Date(readAt).toISOString()} />. {reasonOf(error)} Trying again by
      itself.
    </p>
  );
}

function reasonOf(error: Error): string {
  const { title, detail } = problemText(error);
  return detail === undefined ? title : `${title}: ${detail}`;
}

/** What was there and vanished, such as a run whose data was lost. */
function isGone(error: Error): boolean {
  return error instanceof ProblemError && error.problem.status === 404;
}
