import { Link } from '@tanstack/react-router';
import type { MigrationSummary } from '../../shared/contract.ts';
import { MigrationProgress } from '../../shared/migration-progress.tsx';
import { runStateLook, runStates } from '../../shared/state-look.ts';
import { workerHealth } from '../../shared/worker-health.ts';
import { Sparkline } from '../../ui/chart/sparkline.tsx';
import { formatNumber } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './migrations-table.module.css';

export function MigrationsTable({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  return (
    <table role="table" className={styles.table}>
      <caption className="visually-hidden">Migrations</caption>
      <thead role="rowgroup">
        <tr role="row">
          {['Migration', 'Completed', '14 days', 'Runs', 'Worker', 'Last activity'].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {migrations.map((migration) => (
          <MigrationRow key={migration.id} migration={migration} />
        ))}
      </tbody>
    </table>
  );
}

function Trend({ migration: { trend, total } }: { readonly migration: MigrationSummary }) {
  const gained = (trend.at(-1) ?? 0) - (trend[0] ?? 0);
  const words = gained === 0 ? 'None completed' : `${formatNumber(gained)} completed`;
  return <Sparkline values={trend} max={total} label={`${words} in the last 14 days`} />;
}

function MigrationRow({ migration }: { readonly migration: MigrationSummary }) {
  const params = { migrationId: migration.id };
  const occurring = runStates.filter((state) => (migration.counts.runState[state] ?? 0) > 0);
  return (
    <tr role="row" className={styles.row}>
      <th role="rowheader" scope="row" className={styles.name}>
        <Link to="/migrations/$migrationId" params={params} className={styles.link} data-row-link="">
          {migration.name}
        </Link>
        <span className={styles.owner}>{migration.owner ?? migration.id}</span>
        {migration.paused === undefined ? null : <StateBadge {...runStateLook.paused} />}
      </th>
      <td role="cell">
        {migration.total === 0 ? (
          <span className={styles.soft}>No candidates yet</span>
        ) : (
          <MigrationProgress migration={migration} />
        )}
      </td>
      <td role="cell" className={styles.trend}>
        {migration.total === 0 ? null : <Trend migration={migration} />}
      </td>
      <td role="cell" className={styles.states}>
        {occurring.length === 0 ? <span className={styles.soft}>None open</span> : null}
        {occurring.map((state) => (
          <Link
            key={state}
            to="/migrations/$migrationId"
            params={params}
            search={{ runState: [state] }}
            className={styles.state}
          >
            <StateBadge
              {...runStateLook[state]}
              word={`${formatNumber(migration.counts.runState[state] ?? 0)} ${runStateLook[state].word.toLowerCase()}`}
            />
          </Link>
        ))}
      </td>
      <td role="cell">
        <Link to="/workers" hash={migration.workerApp} className={styles.state}>
          <StateBadge {...workerHealth(migration)} />
        </Link>
      </td>
      <td role="cell" className={styles.soft}>
        {migration.lastActivityAt === undefined ? 'none yet' : <RelativeTime at={migration.lastActivityAt} />}
      </td>
    </tr>
  );
}
