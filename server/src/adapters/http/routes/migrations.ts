import type { OperationHandlers } from '../operation-handler.ts';
import { presentMigration, presentMigrationSummary, presentPage } from '../present.ts';
import {
  presentDifference,
  presentFailure,
  presentPoint,
  presentRevision,
  presentRevisionSummary,
} from '../present-aggregates.ts';
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
    getBurndown: async ({ params, query }) => {
      const read = await useCases.getBurndown({ ...params, ...query });
      if (!read.ok) return read;
      return { status: 200, body: { resolution: query.resolution, points: read.value.map(presentPoint) } };
    },
    listFailures: async ({ params, query }) => {
      const listed = await useCases.listFailures({ ...params, ...query });
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentFailure);
      return { status: 200, body: { ...page, total: listed.value.total } };
    },
    listRevisions: async ({ params, query }) => {
      const listed = await useCases.listRevisions({ ...params, ...query });
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentRevisionSummary);
      return { status: 200, body: { ...page, total: listed.value.total } };
    },
    getRevision: async ({ params }) => {
      const found = await useCases.getRevision(params);
      return found.ok ? { status: 200, body: presentRevision(params.revision, found.value) } : found;
    },
    compareRevisions: async ({ params, query }) => {
      const compared = await useCases.compareRevisions({ ...params, ...query });
      if (!compared.ok) return compared;
      return { status: 200, body: presentDifference(query.from, params.revision, compared.value) };
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
