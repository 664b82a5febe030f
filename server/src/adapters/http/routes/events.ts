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
    listCandidateEvents: async ({ params, query }) => {
      const { run, ...rest } = query;
      const listed = await useCases.listCandidateEvents({ ...rest, ...params, runId: run });
      return listed.ok ? { status: 200, body: presentPage(listed.value, presentEvent) } : listed;
    },
  } satisfies Partial<OperationHandlers>;
}
