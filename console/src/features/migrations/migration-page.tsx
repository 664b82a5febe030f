import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import type { Migration } from '../../shared/contract.ts';
import { MigrationProgress } from '../../shared/migration-progress.tsx';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { PauseBanner } from '../../shared/pause-banner.tsx';
import { PauseButton } from '../../shared/pause-button.tsx';
import type { PauseScope } from '../../shared/pauses.ts';
import { isNotFound } from '../../shared/problem.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { UnknownMigration } from '../../shared/unknown-migration.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { workerHealth } from '../../shared/worker-health.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CurrentLink } from '../../ui/current-link.tsx';
import { Facts } from '../../ui/facts.tsx';
import { formatCount } from '../../ui/format.ts';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TabCount, TabLinks } from '../../ui/tab-links.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DiscoverButton } from './discover-button.tsx';
import styles from './migration-page.module.css';
import { type MigrationTab, type MigrationViewSearch, migrationTabs } from './migration-search.ts';

const MigrationOverview = lazy(() =>
  import('./migration-overview.tsx').then((module) => ({ default: module.MigrationOverview })),
);
const MigrationProgressView = lazy(() =>
  import('./migration-progress-view.tsx').then((module) => ({ default: module.MigrationProgressView })),
);
const RevisionsView = lazy(() =>
  import('./revisions-view.tsx').then((module) => ({ default: module.RevisionsView })),
);

const route = '/migrations/$migrationId';

/** One migration. Its candidates are a feature of their own and are given in. */
export function MigrationPage({ candidates }: { readonly candidates: ReactNode }) {
  const { migrationId } = useParams({ from: route });
  const search = useSearch({ from: route });
  const query = useQuery(migrationQuery(migrationId));
  const migration = query.data;
  useTitle(migration?.name ?? migrationId);
  return (
    <Page
      title={migration?.name ?? migrationId}
      trail={<Link to="/">Home</Link>}
      beside={migration === undefined ? undefined : <MigrationActions migration={migration} />}
      below={migration === undefined ? undefined : <MigrationHeader migration={migration} />}
    >
      {migration === undefined && isNotFound(query.error) ? (
        <UnknownMigration migrationId={migrationId} />
      ) : (
        <QueryView query={query} what="the migration" lines={8}>
          {(shown) => (
            <div>
              <Views migration={shown} tab={search.tab} />
              <Suspense fallback={<Loading what="this view" />}>
                <View migration={shown} search={search} candidates={candidates} />
              </Suspense>
            </div>
          )}
        </QueryView>
      )}
    </Page>
  );
}

interface ViewProps {
  readonly migration: Migration;
  readonly search: MigrationViewSearch;
  readonly candidates: ReactNode;
}

function View({ migration, search: { tab, by, from, to }, candidates }: ViewProps) {
  switch (tab) {
    case undefined:
      return candidates;
    case 'overview':
      return <MigrationOverview migration={migration} />;
    case 'progress':
      return <MigrationProgressView migrationId={migration.id} resolution={by} />;
    case 'revisions':
      return <RevisionsView migrationId={migration.id} from={from} to={to} />;
    default:
      return tab satisfies never;
  }
}

function MigrationActions({ migration }: { readonly migration: Migration }) {
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

function heldWords(held: number): string {
  return held === 0
    ? 'No run is held yet; each goes on until its next dispatch.'
    : `${formatCount(held, 'run')} ${held === 1 ? 'is' : 'are'} held; others go on until their next dispatch.`;
}

function MigrationHeader({ migration }: { readonly migration: Migration }) {
  const facts = [
    { name: 'Owner', value: migration.owner ?? 'not named' },
    {
      name: 'Worker',
      value: (
        <span className={styles.worker}>
          <Link to="/workers" hash={migration.workerApp}>
            {migration.workerApp}
          </Link>
          <StateBadge {...workerHealth(migration)} />
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
  return (
    <>
      <MigrationPause migration={migration} />
      {migration.description === undefined ? null : (
        <p className={styles.description}>{migration.description}</p>
      )}
      <div className={styles.summary}>
        {migration.total === 0 ? null : (
          <div className={styles.progress}>
            <MigrationProgress migration={migration} />
          </div>
        )}
        <Facts facts={facts} />
      </div>
    </>
  );
}

const tabNames: Readonly<Record<MigrationTab, string>> = {
  progress: 'Progress',
  overview: 'Overview and steps',
  revisions: 'Revisions',
};

function Views({
  migration,
  tab,
}: {
  readonly migration: Migration;
  readonly tab: MigrationTab | undefined;
}) {
  const params = { migrationId: migration.id };
  return (
    <TabLinks label="Views of the migration">
      <CurrentLink to={route} params={params} search={{}} current={tab === undefined ? 'page' : undefined}>
        Candidates
        <TabCount count={migration.total} />
      </CurrentLink>
      {migrationTabs.map((one) => (
        <CurrentLink
          key={one}
          to={route}
          params={params}
          search={{ tab: one }}
          current={tab === one ? 'page' : undefined}
        >
          {tabNames[one]}
          {one === 'overview' ? <TabCount count={migration.stepCount} /> : null}
        </CurrentLink>
      ))}
    </TabLinks>
  );
}
