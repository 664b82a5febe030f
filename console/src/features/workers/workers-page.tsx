import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import type { WorkerApp } from '../../shared/contract.ts';
import { PauseBanner } from '../../shared/pause-banner.tsx';
import { PauseButton } from '../../shared/pause-button.tsx';
import type { PauseScope } from '../../shared/pauses.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { ServerAddress } from '../../shared/server-address.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { appLook } from './instance-look.ts';
import { InstanceTable } from './instance-table.tsx';
import { narrowWorkers, type WorkerFilter } from './worker-filters.ts';
import { WorkerToolbar } from './worker-toolbar.tsx';
import styles from './workers-page.module.css';
import { workersQuery } from './workers-query.ts';
import type { WorkersSearch } from './workers-search.ts';

const InstanceDrawer = lazy(() =>
  import('./instance-drawer.tsx').then((module) => ({ default: module.InstanceDrawer })),
);

/** Who runs the steps, and whether they are well. */
export function WorkersPage() {
  useTitle('Workers');
  const query = useQuery(workersQuery);
  const { is, app, instance } = useSearch({ from: '/workers' });
  const navigate = useNavigate({ from: '/workers' });
  const opened = query.data?.items.find(({ workerApp }) => workerApp === app);
  return (
    <Page title="Workers">
      <QueryView query={query} what="the workers" lines={8}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No worker has announced itself yet" actions={<ServerAddress />}>
              Start one that points to this server; it appears here by itself.
            </EmptyState>
          ) : (
            <div className={styles.apps}>
              <WorkerToolbar
                apps={items}
                chosen={is}
                onChoose={(next) => void navigate({ search: filteredBy(next), resetScroll: false })}
              />
              <Apps apps={narrowWorkers(items, is)} onShowAll={() => void navigate({ search: {} })} />
            </div>
          )
        }
      </QueryView>
      <Suspense>
        {instance === undefined || query.data === undefined ? null : (
          <InstanceDrawer
            app={opened}
            instanceId={instance}
            onClose={() => void navigate({ search: filteredBy(is), resetScroll: false })}
          />
        )}
      </Suspense>
    </Page>
  );
}

function filteredBy(is: WorkerFilter | undefined): WorkersSearch {
  return is === undefined ? {} : { is };
}

interface AppsProps {
  readonly apps: readonly WorkerApp[];
  readonly onShowAll: () => void;
}

function Apps({ apps, onShowAll }: AppsProps) {
  const first = apps.find(({ instances }) => instances.length > 0);
  if (apps.length > 0)
    return apps.map((app) => <App key={app.workerApp} app={app} isHeadHidden={app !== first} />);
  return (
    <EmptyState
      title="No worker app fits this filter any more"
      actions={<Button onPress={onShowAll}>Show all</Button>}
    />
  );
}

/** Leads to the app that the address names, as soon as it is there. */
function useMeant(workerApp: string) {
  const place = useRef<HTMLElement>(null);
  const isMeant = useLocation({ select: ({ hash }) => hash === workerApp });
  useEffect(() => {
    if (isMeant) place.current?.scrollIntoView?.();
  }, [isMeant]);
  return { place, isMeant };
}

function App({ app, isHeadHidden }: { readonly app: WorkerApp; readonly isHeadHidden: boolean }) {
  const { place, isMeant } = useMeant(app.workerApp);
  return (
    <section className={styles.app} id={app.workerApp} ref={place} data-meant={isMeant || undefined}>
      <header className={styles.header}>
        <h2 className={styles.name}>{app.workerApp}</h2>
        <StateBadge {...appLook(app)} isStrong />
        {app.parked === 0 ? null : (
          <span className={styles.parked}>
            {formatCount(app.parked, 'run')} {app.parked === 1 ? 'waits' : 'wait'} for it
          </span>
        )}
        <p className={styles.migrations}>
          {app.migrations.length === 0 ? 'No migration is its own.' : 'Runs '}
          {app.migrations.map((migrationId, index) => (
            <span key={migrationId}>
              {index > 0 ? ', ' : ''}
              <Link to="/migrations/$migrationId" params={{ migrationId }}>
                {migrationId}
              </Link>
            </span>
          ))}
        </p>
        {app.paused === undefined ? (
          <PauseButton scope={pauseScopeOf(app)} change="pause" size="small" isOneOfMany />
        ) : null}
      </header>
      {app.paused === undefined ? null : (
        <div className={styles.pause}>
          <PauseBanner
            headline="This worker app is paused"
            reason={app.paused.reason}
            meaning="No step is dispatched to it; runs that come to one are held. What it has already goes on."
            pause={app.paused}
            action={<PauseButton scope={pauseScopeOf(app)} change="resume" size="small" isOneOfMany />}
          />
        </div>
      )}
      {app.instances.length === 0 ? (
        <p className={styles.none}>
          No instance is known any more. Start one; runs that wait for it go on by themselves.
        </p>
      ) : (
        <InstanceTable app={app} isHeadHidden={isHeadHidden} />
      )}
    </section>
  );
}

function pauseScopeOf({ workerApp }: WorkerApp): PauseScope {
  return { kind: 'worker', workerApp };
}
