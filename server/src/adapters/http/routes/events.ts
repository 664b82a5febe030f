import { eventsCsv } from '../events-csv.ts';
import type { OperationHandlers } from '../operation-handler.ts';
import { presentEvent, presentPage } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function eventRoutes({ useCases }: RouteDeps) {
  return {
    listEvents: async ({ query }) => {
      const { actor, run, ...rest } = query;
      const listed = await useCases.listEvents({ ...rest, runId: run, actorId: actor });
      return listed.ok ? { status: 200, body: presentPage(listed.value, presentEvent) } : listed;
    },
    getTimeline: async ({ query: { source = [], outcome = [], order = 'newest', ...query } }) => {
      const found = await useCases.getTimeline({ ...query, order, sources: source, outcomes: outcome });
      return found.ok ? { status: 200, body: found.value } : found;
    },
    exportEvents: async ({ query: { actor, run, ...rest } }) => {
      const found = await useCases.exportEvents({ ...rest, runId: run, actorId: actor });
      if (!found.ok) return found;
      return {
        status: 200,
        headers: { 'Content-Disposition': 'attachment; filename="events.csv"' },
        text: { contentType: 'text/csv; charset=utf-8', body: eventsCsv(found.value) },
      };
    },
    listCandidateEvents: async ({ params, query }) => {
      const { run, ...rest } = query;
      const listed = await useCases.listCandidateEvents({ ...rest, ...params, runId: run });
      return listed.ok ? { status: 200, body: presentPage(listed.value, presentEvent) } : listed;
    },
  } satisfies Partial<OperationHandlers>;
}
