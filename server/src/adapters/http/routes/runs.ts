import type { OperationHandlers } from '../operation-handler.ts';
import { presentPage, presentRun, presentSteps } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function runRoutes({ useCases, metrics }: RouteDeps) {
  return {
    startRun: async ({ params, body, actor, traceparent }) => {
      const started = await useCases.startRun({ ...params, inputs: body.inputs ?? {}, actor, traceparent });
      if (!started.ok) return started;
      metrics.countRunStarted(params.migrationId);
      return { status: 202, body: started.value };
    },
    cancelRun: async ({ params, body, actor, commandId }) => {
      const cancelled = await useCases.cancelRun({ ...params, ...body, actor, commandId });
      return cancelled.ok ? { status: 202, body: cancelled.value } : cancelled;
    },
    retryStep: async ({ params, body, actor, commandId }) => {
      const retried = await useCases.retryStep({ ...params, ...body, actor, commandId });
      return retried.ok ? { status: 202, body: retried.value } : retried;
    },
    approveStep: async ({ params, body, actor, commandId }) => {
      const decided = await useCases.approveStep({ ...params, ...body, actor, commandId });
      return decided.ok ? { status: 202, body: decided.value } : decided;
    },
    listRuns: async ({ params, query }) => {
      const listed = await useCases.listRuns(params, query);
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentRun);
      return { status: 200, body: { ...page, total: listed.value.total ?? page.items.length } };
    },
    listSteps: async ({ params, query }) => {
      const listed = await useCases.listSteps({ ...params, runId: query.run });
      if (!listed.ok) return listed;
      const body = presentSteps(listed.value);
      // A query is always from now; only a change of the run is a change.
      return { status: 200, body, etagOf: { ...body, asOf: undefined } };
    },
  } satisfies Partial<OperationHandlers>;
}
