import { Link } from '@tanstack/react-router';
import type { Migration } from '../../shared/contract.ts';
import { MigrationProgress } from '../../shared/migration-progress.tsx';
import { PauseBanner } from '../../shared/pause-banner.tsx';
import { PauseButton } from '../../shared/pause-button.tsx';
import type { PauseScope } from '../../shared/pauses.ts';
import { workerHealth } from '../../shared/worker-health.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { formatCount } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DiscoverButton } from './discover-button.tsx';
import styles from './migration-header.module.css';
import type { MigrationTab } from './migration-search.ts';

/** What can be done to a whole migration. */
export function MigrationActions({ migration }: { readonly migration: Migration }) {
  return (
    <div className={styles.actions}>
      {migration.capabilities.discover === true ? <DiscoverButton migrationId={migration.id} /> : null}
      {migration.paused === undefined ? <PauseButton scope={pauseScopeOf(migration)} change="pause" /> : null}
    </div>
  );
}

function pauseScopeOf({ id, name }: Migration): PauseScope {
  return { kind: 'migration', migrationId: id, name };
}

function MigrationPause({ migration }: { readonly migration: Migration }) {
  const { paused, counts } = migration;
  if (paused === undefined) return null;
  const held = counts.runState.paused ?? 0;
  return (
    <PauseBanner
      headline="This migration is paused"
      reason={paused.reason}
      meaning={`${heldWords(held)} What workers have already goes on, and starts are accepted and held.`}
      pause={paused}
      action={<PauseButton scope={pauseScopeOf(migration)} change="resume" />}
    />
  );
}

interface MigrationHeaderProps {
  readonly migration: Migration;
  readonly tab: MigrationTab | undefined;
}

function heldWords(held: number): string {
  return held === 0
    ? 'No run is held yet; each goes on until its next dispatch.'
    : `${formatCount(held, 'run')} ${held === 1 ? 'is' : 'are'} held; others go on until their next dispatch.`;
}

/** What it is, how far it is, and whether it is held. */
export function MigrationHeader({ migration, tab }: MigrationHeaderProps) {
  const health = workerHealth(migration);
  const facts = [
    { name: 'Owner', value: migration.owner ?? 'not named' },
    {
      name: 'Worker',
      value: (
        <span className={styles.worker}>
          <Link to="/workers" hash={migration.workerApp}>
            {migration.workerApp}
          </Link>
          <StateBadge {...health} />
        </span>
      ),
    },
    {
      name: 'Revision',
      value: (
        <span className={styles.worker}>
          <code title={migration.revision}>{migration.revision.slice(0, 10)}</code>
          <CopyButton text={migration.revision}>Copy</CopyButton>
        </span>
      ),
    },
    { name: 'Announced', value: <RelativeTime at={migration.announcedAt} /> },
    ...(migration.lastActivityAt === undefined
      ? []
      : [
          {
            name: 'Last activity',
            value: (
              <Link to="/activity" search={{ migrationId: migration.id }}>
                <span className="visually-hidden">Activity, last</span>{' '}
                <RelativeTime at={migration.lastActivityAt} />
              </Link>
            ),
          },
        ]),
  ];
  // On a phone they come with the overview, unless something is wrong.
  const isAbout = tab === 'overview' || health.tone !== 'done';
  return (
    <>
      <MigrationPause migration={migration} />
      {migration.description === undefined ? null : (
        <p className={styles.description} data-about={isAbout}>
          {migration.description}
        </p>
      )}
      <div className={styles.summary}>
        {migration.total === 0 ? null : (
          <div className={styles.progress}>
            <MigrationProgress migration={migration} />
          </div>
        )}
        <div className={styles.facts} data-about={isAbout}>
          <Facts facts={facts} />
        </div>
      </div>
    </>
  );
}
