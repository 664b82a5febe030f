import type { DeadLetter } from '../../../application/ports/dead-letter-store.ts';
import type { OperationHandlers } from '../operation-handler.ts';
import type { RouteDeps } from '../route-deps.ts';

export function deadLetterRoutes({ useCases }: RouteDeps) {
  return {
    listDeadLetters: async ({ query }) => {
      const listed = await useCases.listDeadLetters(query);
      if (!listed.ok) return listed;
      const { items, nextCursor, total } = listed.value;
      return { status: 200, body: { items: items.map(presentSummary), nextCursor, total } };
    },
    getDeadLetter: async ({ params }) => {
      const found = await useCases.getDeadLetter(params.deadLetterId);
      if (!found.ok) return found;
      const { body } = found.value;
      return { status: 200, body: { ...presentSummary(found.value), body: body && { ...body } } };
    },
    requeueDeadLetter: async ({ params, actor, commandId }) => {
      const requeued = await useCases.requeueDeadLetter({ id: params.deadLetterId, actor, commandId });
      return requeued.ok ? { status: 202, body: requeued.value } : requeued;
    },
    dropDeadLetter: async ({ params, actor, commandId }) => {
      const dropped = await useCases.dropDeadLetter({ id: params.deadLetterId, actor, commandId });
      return dropped.ok ? { status: 204 } : dropped;
    },
  } satisfies Partial<OperationHandlers>;
}

function presentSummary(letter: DeadLetter) {
  const { body: _, ...rest } = letter;
  if (rest.kind === 'webhook') return rest;
  const { stepIndex: __, ...summary } = rest;
  return summary;
}
