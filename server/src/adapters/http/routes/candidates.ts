import type { CandidatePage } from '../../../application/ports/candidate-pages.ts';
import type { RunState } from '../../../domain/run-state.ts';
import { createAnswersByVersion } from '../answers-by-version.ts';
import { candidatesCsv } from '../candidates-csv.ts';
import type { OperationHandlers } from '../operation-handler.ts';
import {
  presentCandidate,
  presentCandidateSummary,
  presentFoundCandidate,
  presentLabel,
  presentPage,
} from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function candidateRoutes({ useCases }: RouteDeps) {
  const pages = createAnswersByVersion<PageAnswer>();
  return {
    listCandidates: async ({ params, query }) => {
      const key = JSON.stringify([params.migrationId, query]);
      const known = pages.find(key);
      const wanted = { ...query, ...params, ...readFilter(query) };
      const listed = await useCases.listCandidatesUnless(known?.version, wanted);
      if (!listed.ok) return listed;
      const page = listed.value;
      // Only what was known can be unchanged.
      if (page.kind === 'unchanged') return known?.answer as PageAnswer;
      const answer = answerPage(page);
      pages.keep(key, { version: page.version, answer });
      return answer;
    },
    searchCandidates: async ({ query }) => {
      const found = await useCases.searchCandidates(query);
      return { status: 200, body: { items: found.map(presentFoundCandidate) } };
    },
    exportCandidates: async ({ params, query }) => {
      const found = await useCases.exportCandidates({ ...query, ...params, ...readFilter(query) });
      if (!found.ok) return found;
      const name = `${params.migrationId}-candidates.csv`;
      return {
        status: 200,
        headers: { 'Content-Disposition': `attachment; filename="${name}"` },
        text: { contentType: 'text/csv; charset=utf-8', body: candidatesCsv(found.value) },
      };
    },
    listLabelValues: async ({ params, query: { key, limit } }) => {
      const listed = await useCases.listLabelValues(params.migrationId);
      if (!listed.ok) return listed;
      const wanted = listed.value.filter((label) => key === undefined || label.key === key);
      return { status: 200, body: { items: wanted.map((label) => presentLabel(label, limit)) } };
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

type PageAnswer = ReturnType<typeof answerPage>;

function answerPage(page: Extract<CandidatePage, { kind: 'page' }>) {
  return {
    status: 200,
    body: { ...presentPage(page, presentCandidateSummary), total: page.total },
  } as const;
}

interface GivenFilter {
  readonly label?: readonly string[] | undefined;
  readonly runState?: readonly RunState[] | undefined;
}

/** Parameters are named in the singular, since one is given for each value. */
function readFilter({ label = [], runState }: GivenFilter) {
  return { labels: label.map(splitLabel), runStates: runState };
}

/** `key=value`; a value may hold further equals signs. */
function splitLabel(label: string): readonly [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}
