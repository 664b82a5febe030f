import { candidatesCsv } from '../candidates-csv.ts';
import type { OperationHandlers } from '../operation-handler.ts';
import { presentCandidate, presentCandidateSummary, presentPage } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function candidateRoutes({ useCases }: RouteDeps) {
  return {
    listCandidates: async ({ params, query }) => {
      const { label = [], ...rest } = query;
      const listed = await useCases.listCandidates({
        ...rest,
        migrationId: params.migrationId,
        labels: label.map(splitLabel),
      });
      if (!listed.ok) return listed;
      const page = presentPage(listed.value, presentCandidateSummary);
      return { status: 200, body: { ...page, total: listed.value.total } };
    },
    exportCandidates: async ({ params, query }) => {
      const { label = [], ...rest } = query;
      const found = await useCases.exportCandidates({
        ...rest,
        migrationId: params.migrationId,
        labels: label.map(splitLabel),
      });
      if (!found.ok) return found;
      const name = `${params.migrationId}-candidates.csv`;
      return {
        status: 200,
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
        text: { contentType: 'text/csv; charset=utf-8', body: candidatesCsv(found.value) },
      };
    },
    getCandidate: async ({ params }) => {
      const found = await useCases.getCandidate(params);
      return found.ok ? { status: 200, body: presentCandidate(found.value) } : found;
    },
    changeInputs: async ({ params, body, actor, commandId }) => {
      const changed = await useCases.changeInputs({ ...params, patch: body, actor, commandId });
      return changed.ok ? { status: 200, body: changed.value } : changed;
    },
  } satisfies Partial<OperationHandlers>;
}

/** `key=value`; a value may hold further equals signs. */
function splitLabel(label: string): readonly [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}
