/** Who may import whom, by resolved path; see ARCHITECTURE.md. `dev/check/boundaries.ts` asserts that modules were seen. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^server/src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^server/src/domain/' },
    },
    {
      name: 'application-knows-ports',
      severity: 'error',
      from: { path: '^server/src/application/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^server/src/(domain|application)/' },
    },
    {
      name: 'workflows-are-sandboxed',
      severity: 'error',
      from: { path: '^server/src/workflows/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^server/src/(domain|workflows)/|node_modules/@temporalio/workflow/' },
    },
    {
      name: 'adapters-know-no-other',
      severity: 'error',
      from: { path: '^server/src/adapters/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/src/adapters/([^/]+)/', pathNot: '^server/src/adapters/$1/' },
    },
    {
      name: 'only-main-composes',
      severity: 'error',
      from: { path: '^server/src/', pathNot: '^server/src/(main|compose[^/]*)\\.ts$|\\.test\\.ts$' },
      to: { path: '^server/src/main\\.ts$' },
    },
    {
      name: 'server-knows-no-worker',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(worker-sdk|workers|console)/' },
    },
    {
      name: 'sdk-knows-no-server',
      severity: 'error',
      from: { path: '^(worker-sdk|workers)/' },
      to: { path: '^(server|console)/' },
    },
    {
      name: 'sdk-knows-no-worker',
      severity: 'error',
      from: { path: '^worker-sdk/' },
      to: { path: '^workers/' },
    },
    {
      name: 'workers-know-no-other',
      severity: 'error',
      from: { path: '^workers/([^/]+)/' },
      to: { path: '^workers/', pathNot: '^workers/$1/' },
    },
    {
      name: 'products-need-no-tool',
      severity: 'error',
      from: {
        path: '^(server|worker-sdk|workers|console)/',
        pathNot: '\\.test\\.tsx?$|/test(-support|ing)?/',
      },
      to: { path: '^(bench|dev|test)/' },
    },
    {
      name: 'tools-are-alone',
      severity: 'error',
      from: { path: '^dev/(check|forge|stack)/' },
      to: { path: '^(api|server|worker-sdk|workers|console|dev)/', pathNot: '^dev/$1/' },
    },
    { name: 'workers-use-the-sdk', severity: 'error', from: { path: '^workers/' }, to: { path: '^api/' } },
    {
      name: 'features-know-no-other',
      severity: 'error',
      from: { path: '^console/src/features/([^/]+)/' },
      to: { path: '^console/src/features/([^/]+)/', pathNot: '^console/src/features/$1/' },
    },
    {
      name: 'ui-knows-no-api',
      severity: 'error',
      from: { path: '^console/src/ui/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(console/src/(features|app|shared)|api)/' },
    },
    {
      name: 'console-is-alone',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^(server|worker-sdk|workers|dev)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist-types|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'types', 'import', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
};
