import type { CandidateSummary } from '../../domain/candidate.ts';
import { csvLine } from './csv.ts';

const COLUMNS = [
  ...([
    'id',
    'kind',
    'status',
    'runState',
    'step',
    'stepIndex',
    'stepCount',
    'attempt',
    'since',
    'who',
  ] as const),
  ...(['reason', 'prUrl', 'runId', 'goneAt', 'lastSeen'] as const),
];

/** RFC 4180, with a column for each label key that occurs. */
export function candidatesCsv(candidates: readonly CandidateSummary[]): string {
  const labelKeys = [...new Set(candidates.flatMap(({ labels }) => Object.keys(labels)))].toSorted(
    (one, other) => (one < other ? -1 : 1),
  );
  const header = [...COLUMNS, ...labelKeys.map((key) => `label:${key}`)];
  const rows = candidates.map((candidate) => [
    ...COLUMNS.map((column) => candidate[column]),
    ...labelKeys.map((key) => candidate.labels[key]),
  ]);
  return [header, ...rows].map(csvLine).join('');
}
