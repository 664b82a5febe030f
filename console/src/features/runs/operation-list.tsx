import type { LoomEvent } from '../../shared/contract.ts';
import { formatDuration } from '../../ui/format.ts';
import { StateShape } from '../../ui/state-shape.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './operation-list.module.css';
import { operationOf } from './operations.ts';

/** What an attempt did in git and on the forge, in its order. */
export function OperationList({ operations }: { readonly operations: readonly LoomEvent[] }) {
  return (
    <ol className={styles.list}>
      {operations.map((event) => (
        <Line key={event.id} event={event} />
      ))}
    </ol>
  );
}

function Line({ event }: { readonly event: LoomEvent }) {
  const { kind, isOk, at, durationMs, where, commit, url, message } = operationOf(event);
  return (
    <li className={styles.line} data-tone={isOk ? 'done' : 'bad'}>
      <span className={styles.mark}>
        <StateShape shape={isOk ? 'check' : 'cross'} size={14} />
        <span className="visually-hidden">{isOk ? 'Done' : 'Failed'}</span>
      </span>
      <span className={styles.what}>
        <span className={styles.kind}>{kind}</span>{' '}
        {where === undefined ? null : url === undefined ? (
          <span className={styles.soft}>{where}</span>
        ) : (
          <a href={url} rel="noreferrer" target="_blank">
            {where}
          </a>
        )}
        {commit === undefined ? null : (
          <>
            {' '}
            <code title={commit}>{commit.slice(0, 10)}</code>
          </>
        )}
        {message === undefined ? null : <span className={styles.message}>{message}</span>}
      </span>
      <span className={styles.when}>
        <RelativeTime at={at} />
        {durationMs === undefined ? '' : `, ${formatDuration(durationMs)}`}
      </span>
    </li>
  );
}
