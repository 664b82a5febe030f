import { formatNumber } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import type { MigrationSummary } from './contract.ts';
import styles from './migration-progress.module.css';

/** The bar of three statuses and "done of total". */
export function MigrationProgress({ migration }: { readonly migration: MigrationSummary }) {
  const { failing, counts } = migration;
  const { status } = counts;
  return (
    <div className={styles.progress}>
      <ProgressBar
        completed={status.completed}
        running={status.running}
        failing={Math.min(failing, status.running)}
        total={migration.total}
      />
      <p className={styles.words}>
        <strong>{formatNumber(status.completed)}</strong> of {formatNumber(migration.total)}
        {migration.total > 0 ? ` · ${percent(status.completed, migration.total)}` : ''}
        {failing > 0 ? <span className={styles.failing}> · {formatNumber(failing)} failing</span> : null}
      </p>
    </div>
  );
}

/** Never 100 % before all is done, nor 0 % after something is. */
function percent(part: number, whole: number): string {
  const exact = (part / whole) * 100;
  const shown = part === 0 || part === whole ? exact : Math.min(99, Math.max(1, Math.round(exact)));
  return `${shown} %`;
}
