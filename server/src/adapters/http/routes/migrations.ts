import type { OperationHandlers } from '../operation-handler.ts';
import { presentMigration, presentMigrationSummary, presentPage } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function migrationRoutes({ useCases }: RouteDeps) {
  return {
    listMigrations: async ({ query }) => {
      const listed = await useCases.listMigrations(query);
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentMigrationSummary);
      return { status: 200, body: { ...page, total: listed.value.total } };
    },
    getMigration: async ({ params }) => {
      const found = await useCases.getMigration(params.migrationId);
      return found.ok ? { status: 200, body: presentMigration(found.value) } : found;
    },
    pauseMigration: async ({ params, body, actor }) => {
      const scope = { kind: 'migration', id: params.migrationId } as const;
      const paused = await useCases.pauseScope({ scope, ...body, actor });
      return paused.ok ? { status: 200, body: paused.value } : paused;
    },
    resumeMigration: async ({ params, body, actor }) => {
      const scope = { kind: 'migration', id: params.migrationId } as const;
      const resumed = await useCases.resumeScope({ scope, ...body, actor });
      return resumed.ok ? { status: 200, body: resumed.value } : resumed;
    },
    requestDiscovery: async ({ params }) => {
      const requested = await useCases.requestDiscovery(params.migrationId);
      return requested.ok ? { status: 202 } : requested;
    },
  } satisfies Partial<OperationHandlers>;
}
