import type { OperationHandlers } from '../operation-handler.ts';
import type { RouteDeps } from '../route-deps.ts';

/** HTTP exchanges with workers. */
export function deliveryRoutes({ useCases }: RouteDeps) {
  return {
    listDeliveries: async ({ query: { run, ...query } }) => {
      const listed = await useCases.listDeliveries({ ...query, runId: run });
      if (!listed.ok) return listed;
      const { items, nextCursor } = listed.value;
      return { status: 200, body: { items, nextCursor } };
    },
    getDelivery: async ({ params }) => {
      const found = await useCases.getDelivery(params.deliveryId);
      return found.ok ? { status: 200, body: found.value } : found;
    },
    replayDelivery: async ({ params, actor }) => {
      const replayed = await useCases.replayDelivery({ id: params.deliveryId, actor });
      return replayed.ok ? { status: 202, body: replayed.value } : replayed;
    },
    sendTestCallback: async ({ params, body: { stepName, ...report }, actor, commandId }) => {
      const sent = await useCases.sendTestCallback({ ...params, stepName, report, actor, commandId });
      return sent.ok ? { status: 202, body: sent.value } : sent;
    },
  } satisfies Partial<OperationHandlers>;
}
