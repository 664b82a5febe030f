import type { OperationHandlers } from '../operation-handler.ts';
import {
  presentCancelPreview,
  presentFoundCandidate,
  presentPage,
  presentRun,
  presentSteps,
} from '../present.ts';
import { presentInspection } from '../present-inspection.ts';
import type { RouteDeps } from '../route-deps.ts';

/** One who types a space more is nobody else. */
function nameOf(by: string): string {
  return by.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

export function runRoutes({ useCases, metrics }: RouteDeps) {
  return {
    startRun: async ({ params, body, actor, traceparent }) => {
      const started = await useCases.startRun({ ...params, inputs: body.inputs ?? {}, actor, traceparent });
      if (!started.ok) return started;
      metrics.countRunStarted(params.migrationId);
      return { status: 202, body: started.value };
    },
    cancelRun: async ({ params, query, body, actor, commandId }) => {
      if (query.preview === true) {
        const preview = await useCases.previewCancel({ ...params, compensate: body.compensate });
        return preview.ok ? { status: 200, body: presentCancelPreview(preview.value) } : preview;
      }
      const cancelled = await useCases.cancelRun({ ...params, ...body, actor, commandId });
      return cancelled.ok ? { status: 202, body: cancelled.value } : cancelled;
    },
    retryStep: async ({ params, body, actor, commandId }) => {
      const retried = await useCases.retryStep({ ...params, ...body, actor, commandId });
      return retried.ok ? { status: 202, body: retried.value } : retried;
    },
    compensateRun: async ({ params, query, body, actor, commandId, traceparent }) => {
      if (query.preview === true) {
        const preview = await useCases.previewCompensate(params);
        return preview.ok ? { status: 200, body: presentCancelPreview(preview.value) } : preview;
      }
      const begun = await useCases.compensateRun({ ...params, ...body, actor, commandId, traceparent });
      return begun.ok ? { status: 202, body: begun.value } : begun;
    },
    pauseRun: async ({ params, body, actor, commandId }) => {
      const paused = await useCases.pauseRun({ ...params, ...body, actor, commandId });
      return paused.ok ? { status: 202, body: paused.value } : paused;
    },
    resumeRun: async ({ params, body, actor, commandId }) => {
      const resumed = await useCases.resumeRun({ ...params, ...body, actor, commandId });
      return resumed.ok ? { status: 202, body: resumed.value } : resumed;
    },
    skipStep: async ({ params, body, actor, commandId }) => {
      const skipped = await useCases.skipStep({ ...params, ...body, actor, commandId });
      return skipped.ok ? { status: 202, body: skipped.value } : skipped;
    },
    approveStep: async ({ params, body: { by, ...decision }, actor, commandId }) => {
      const decider = by === undefined ? actor : ({ kind: 'person', id: nameOf(by) } as const);
      const decided = await useCases.approveStep({ ...params, ...decision, actor: decider, commandId });
      return decided.ok ? { status: 202, body: decided.value } : decided;
    },
    listAttention: async ({ query }) => {
      const { items, counts } = await useCases.listAttention(query);
      return { status: 200, body: { items: items.map(presentFoundCandidate), counts } };
    },
    listRuns: async ({ params, query }) => {
      const listed = await useCases.listRuns(params, query);
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentRun);
      return { status: 200, body: { ...page, total: listed.value.total ?? page.items.length } };
    },
    inspectRun: async ({ params, query }) => {
      const { kind = [], ...page } = query;
      const inspected = await useCases.inspectRun({ ...params, ...page, kinds: kind });
      if (!inspected.ok) return inspected;
      const body = presentInspection(inspected.value);
      return { status: 200, body, etagOf: { ...body, asOf: undefined } };
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
