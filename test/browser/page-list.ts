const CANDIDATE = '/migrations/app-chart/candidates/billing';
/** Every page of the console, where it has something to show. */
export const PAGES = {
  home: { path: '/', heading: 'Home' },
  migration: { path: '/migrations/app-chart', heading: 'A chart for each application' },
  overview: { path: '/migrations/app-chart?tab=overview', heading: 'A chart for each application' },
  'migration-progress': {
    path: '/migrations/app-chart?tab=progress',
    heading: 'A chart for each application',
  },
  'migration-revisions': {
    path: '/migrations/app-chart?tab=revisions',
    heading: 'A chart for each application',
  },
  run: { path: CANDIDATE, heading: 'billing' },
  preview: { path: `${CANDIDATE}/preview`, heading: 'Preview of billing' },
  workers: { path: '/workers', heading: 'Workers' },
  activity: { path: '/activity', heading: 'Activity' },
  deliveries: { path: '/deliveries', heading: 'Deliveries' },
  timeline: { path: '/timeline', heading: 'Timeline' },
  'dead-letters': { path: '/dead-letters', heading: 'Dead letters' },
  components: { path: '/components', heading: 'Components' },
} as const;
