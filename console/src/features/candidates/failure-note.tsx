import { useInfiniteQuery } from '@tanstack/react-query';
import { failuresQuery } from '../../shared/failures-query.ts';
import styles from './failure-note.module.css';

interface FailureNoteProps {
  readonly migrationId: string;
  readonly fingerprint: string;
}

const longest = 240;

/** What the candidates that are filtered by a failure say. */
export function FailureNote({ migrationId, fingerprint }: FailureNoteProps) {
  const { data } = useInfiniteQuery(failuresQuery(migrationId));
  const cluster = data?.items.find((one) => one.fingerprint === fingerprint);
  if (cluster === undefined) return null;
  const { message, stepName } = cluster;
  return (
    <p className={styles.note}>
      <strong>{stepName}</strong> says, for one of them:{' '}
      {message.length > longest ? `${message.slice(0, longest)}…` : message}
    </p>
  );
}
