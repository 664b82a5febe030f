import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import type { Migration } from '../../shared/contract.ts';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { isNotFound } from '../../shared/problem.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { UnknownMigration } from '../../shared/unknown-migration.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { CurrentLink } from '../../ui/current-link.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { TabCount, TabLinks } from '../../ui/tab-links.tsx';
import { MigrationActions, MigrationHeader } from './migration-header.tsx';
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
      below={migration === undefined ? undefined : <MigrationHeader migration={migration} tab={search.tab} />}
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
