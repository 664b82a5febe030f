import { formatNumber } from './format.ts';
import styles from './progress-bar.module.css';

interface ProgressBarProps {
  readonly completed: number;
  /** Of all that run; includes the failing ones. */
  readonly running: number;
  readonly failing: number;
  readonly total: number;
}

/** One bar of three statuses, the failing share marked. Each has a texture of its own as well as a colour. */
export function ProgressBar({ completed, running, failing, total }: ProgressBarProps) {
  const parts = [
    { kind: 'done', count: completed },
    { kind: 'running', count: running - failing },
    { kind: 'bad', count: failing },
  ];
  return (
    <div role="img" aria-label={describe({ completed, running, failing, total })} className={styles.bar}>
      {parts.map(({ kind, count }) =>
        count > 0 ? (
          <div key={kind} className={styles.part} data-kind={kind} style={{ flexGrow: count }} />
        ) : null,
      )}
      {total - completed - running > 0 ? (
        <div className={styles.rest} style={{ flexGrow: total - completed - running }} />
      ) : null}
    </div>
  );
}

function describe({ completed, running, failing, total }: ProgressBarProps): string {
  const rest = total - completed - running;
  const failingWords = failing > 0 ? `, ${formatNumber(failing)} of them failing` : '';
  return (
    `${formatNumber(completed)} of ${formatNumber(total)} completed, ` +
    `${formatNumber(running)} running${failingWords}, ${formatNumber(rest)} not started`
  );
}
