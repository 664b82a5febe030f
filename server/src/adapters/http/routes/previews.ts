import type { OperationHandlers } from '../operation-handler.ts';
import { presentBase, presentDryRun } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

const LOOK_AGAIN_SECONDS = 2;

export function previewRoutes({ useCases }: RouteDeps) {
  return {
    startDryRun: async ({ params, body }) => {
      const { candidateId, inputs = {} } = body;
      const previewed = await useCases.startDryRun({ ...params, candidateId, inputs });
      if (!previewed.ok) return previewed;
      const dryRun = presentDryRun(previewed.value);
      if (dryRun.state !== 'running') return { status: 200, body: dryRun };
      const headers = { Location: `/dry-runs/${dryRun.id}`, 'Retry-After': String(LOOK_AGAIN_SECONDS) };
      return { status: 202, body: dryRun, headers };
    },
    getDryRun: async ({ params }) => {
      const found = await useCases.getDryRun(params.dryRunId);
      return found.ok ? { status: 200, body: presentDryRun(found.value) } : found;
    },
    checkBases: async ({ params }) => {
      const checked = await useCases.checkBases(params.dryRunId);
      return checked.ok ? { status: 200, body: { items: checked.value.map(presentBase) } } : checked;
    },
  } satisfies Partial<OperationHandlers>;
}
