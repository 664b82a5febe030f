import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { parseActivitySearch } from '../features/activity/activity-search.ts';
import { type CandidateFilters, parseCandidateFilters } from '../features/candidates/candidate-filters.ts';
import { parseDeadLetterSearch } from '../features/dead-letters/dead-letter-search.ts';
import { parseDeliverySearch } from '../features/deliveries/delivery-search.ts';
import { parsePreviewSearch } from '../features/dry-run/preview-search.ts';
import { parseHomeSearch } from '../features/home/home-search.ts';
import {
  type MigrationViewSearch,
  parseMigrationViewSearch,
} from '../features/migrations/migration-search.ts';
import { parseRunSearch } from '../features/runs/run-search.ts';
import { parseTimelineSearch } from '../features/timeline/timeline-search.ts';
import { parseWorkersSearch } from '../features/workers/workers-search.ts';
import { parseSearch, type SearchRecord, stringifySearch } from '../shared/search-params.ts';
import { loadPatiently } from '../ui/patient-lazy.ts';
import { ErrorPage } from './error-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { PendingPage } from './pending-page.tsx';
import { Shell } from './shell.tsx';

/** The router leaves params that no parser wants in the search of a page; here what was refused is not there. */
function only<T extends object>(parse: (search: SearchRecord) => T): (search: SearchRecord) => T {
  return (search) => ({
    ...Object.fromEntries(Object.keys(search).map((name) => [name, undefined])),
    ...parse(search),
  });
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: only(parseHomeSearch),
  staticData: { pageTitle: () => 'Home' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/home/home-page.tsx')),
    'HomePage',
  ),
});

export interface MigrationSearch extends CandidateFilters, MigrationViewSearch {}

function parseMigrationSearch(search: SearchRecord): MigrationSearch {
  return parseMigrationViewSearch(search) ?? parseCandidateFilters(search);
}

const migration = createRoute({
  getParentRoute: () => root,
  path: '/migrations/$migrationId',
  validateSearch: only(parseMigrationSearch),
  staticData: { pageTitle: ({ migrationId }) => migrationId ?? 'Migration' },
  component: lazyRouteComponent(() => {
    // What most people come for loads along with the page, not after it.
    if (!new URLSearchParams(location.search).has('tab'))
      import('../features/candidates/candidates-panel.tsx').catch(() => undefined); // comes with the page, patiently
    return loadPatiently(() => import('./migration-screen.tsx'));
  }, 'MigrationScreen'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/migrations/$migrationId/candidates/$candidateId',
  validateSearch: only(parseRunSearch),
  staticData: { pageTitle: ({ candidateId }) => candidateId ?? 'Candidate' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/runs/run-page.tsx')),
    'RunPage',
  ),
});

const preview = createRoute({
  getParentRoute: () => root,
  path: '/migrations/$migrationId/candidates/$candidateId/preview',
  validateSearch: only(parsePreviewSearch),
  staticData: { pageTitle: ({ candidateId }) => `Preview of ${candidateId}` },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/dry-run/preview-page.tsx')),
    'PreviewPage',
  ),
});

const workers = createRoute({
  getParentRoute: () => root,
  path: '/workers',
  validateSearch: only(parseWorkersSearch),
  staticData: { pageTitle: () => 'Workers' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/workers/workers-page.tsx')),
    'WorkersPage',
  ),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  validateSearch: only(parseActivitySearch),
  staticData: { pageTitle: () => 'Activity' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/activity/activity-page.tsx')),
    'ActivityPage',
  ),
});

const deliveries = createRoute({
  getParentRoute: () => root,
  path: '/deliveries',
  validateSearch: only(parseDeliverySearch),
  staticData: { pageTitle: () => 'Deliveries' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/deliveries/deliveries-page.tsx')),
    'DeliveriesPage',
  ),
});

const timeline = createRoute({
  getParentRoute: () => root,
  path: '/timeline',
  validateSearch: only(parseTimelineSearch),
  staticData: { pageTitle: () => 'Timeline' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/timeline/timeline-page.tsx')),
    'TimelinePage',
  ),
});

const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters',
  validateSearch: only(parseDeadLetterSearch),
  staticData: { pageTitle: () => 'Dead letters' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/dead-letters/dead-letters-page.tsx')),
    'DeadLettersPage',
  ),
});

/** What the console is made of; for those who build it. */
const components = createRoute({
  getParentRoute: () => root,
  path: '/components',
  staticData: { pageTitle: () => 'Components' },
  component: lazyRouteComponent(
    () => loadPatiently(() => import('../features/components/components-page.tsx')),
    'ComponentsPage',
  ),
});

/** The history is given in tests only. */
export function createConsoleRouter(history?: RouterHistory) {
  return createRouter({
    ...(history !== undefined && { history }),
    routeTree: root.addChildren([
      home,
      migration,
      run,
      preview,
      workers,
      activity,
      deliveries,
      timeline,
      deadLetters,
      components,
    ]),
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    // Soon enough that nobody takes the page before for the one that was opened.
    defaultPendingMs: 300,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
  interface StaticDataRouteOption {
    /** What the page is called while its script is on its way. */
    readonly pageTitle?: (params: { readonly migrationId?: string; readonly candidateId?: string }) => string;
  }
}
