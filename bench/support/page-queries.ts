import type { Candidate } from './step-worker.ts';

/** One way to ask for a page, and which candidates it is to find. */
export interface PageQuery {
  readonly query: string;
  readonly holds: (candidate: Candidate) => boolean;
}

export const everything: PageQuery = { query: '', holds: () => true };
const SORTS = ['id', '-id', 'since', '-since'] as const;

const label = (key: string, value: string): PageQuery => ({
  query: `label=${key}%3D${value}`,
  holds: ({ labels }) => labels?.[key] === value,
});

export function singleFilters(isRunning: (candidate: Candidate) => boolean): readonly PageQuery[] {
  return [
    everything,
    { query: 'sort=-since', holds: () => true },
    { query: 'status=not_started', holds: (candidate) => !isRunning(candidate) },
    { query: 'status=running', holds: isRunning },
    { query: 'gone=false', holds: () => true },
    label('tier', '0'),
    label('team', 'team-7'),
    label('batch', 'batch-7'),
  ];
}

/** Every choice of status, presence and each label, in each order. */
export function combinedFilters(isRunning: (candidate: Candidate) => boolean): readonly PageQuery[] {
  const choices: readonly (readonly PageQuery[])[] = [
    [
      everything,
      { query: 'status=not_started', holds: (candidate) => !isRunning(candidate) },
      { query: 'status=running', holds: isRunning },
    ],
    [everything, { query: 'gone=false', holds: () => true }],
    [everything, label('tier', '0')],
    [everything, label('language', 'typescript')],
    [everything, label('team', 'team-7')],
    [everything, label('batch', 'batch-7')],
  ];
  let all: readonly PageQuery[] = [everything];
  for (const choice of choices) all = all.flatMap((one) => choice.map((other) => and(one, other)));
  return inEveryOrder(all);
}

export function searches(rows: number): readonly PageQuery[] {
  const search = (q: string): PageQuery => ({
    query: `q=${encodeURIComponent(q)}`,
    holds: ({ id, labels }) =>
      [id, ...Object.values(labels ?? {})].some((text) => text.toLowerCase().includes(q.toLowerCase())),
  });
  const last = `repository-${String(rows - 1).padStart(6, '0')}`;
  // In all rows, in most, in some, in one, in none.
  const all = ['repo', 'o', 'org/repository-0', 'TYPESCRIPT', 'team-7', '42', last, 'nothing-has-this'].map(
    search,
  );
  return inEveryOrder([
    ...all,
    and(search('repo'), label('tier', '0')),
    and(search('repo'), label('batch', 'batch-7')),
  ]);
}

function and(one: PageQuery, other: PageQuery): PageQuery {
  return {
    query: [one.query, other.query].filter((query) => query !== '').join('&'),
    holds: (candidate) => one.holds(candidate) && other.holds(candidate),
  };
}

function inEveryOrder(queries: readonly PageQuery[]): readonly PageQuery[] {
  return queries.flatMap((one) =>
    SORTS.map((sort) => and(one, { query: `sort=${sort}`, holds: () => true })),
  );
}
