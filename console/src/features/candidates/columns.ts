import { useCallback, useState } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly width: string;
  /** The label of a candidate that it shows, if it shows one. */
  readonly labelKey?: string;
  /** The metadata of a candidate that it shows, if it shows some. */
  readonly metadataKey?: string;
}

const fixedColumns: readonly Column[] = [
  { id: 'step', label: 'Step', width: 'minmax(10rem, 1.1fr)' },
  { id: 'who', label: 'Waiting on', width: '6.5rem' },
  { id: 'since', label: 'Since', width: '4.5rem' },
  { id: 'pr', label: 'Pull request', width: 'minmax(7.5rem, 0.6fr)' },
];

const shownAtFirst: ReadonlySet<string> = new Set(fixedColumns.map((column) => column.id));

/** One that people chose beyond those that are shown at first. */
export function isFurther({ id }: Column): boolean {
  return !shownAtFirst.has(id);
}

const furtherColumns: readonly Column[] = [
  { id: 'attempt', label: 'Attempt', width: '4.5rem' },
  { id: 'kind', label: 'Kind', width: '6rem' },
  { id: 'seen', label: 'Last seen', width: '6.5rem' },
];
const mostMetadataKeys = 20;

/** The metadata that rows have, by name; workers give all their candidates much the same. */
export function metadataKeysOf(rows: readonly Pick<CandidateSummary, 'metadata'>[]): readonly string[] {
  const keys = new Set(rows.flatMap(({ metadata }) => Object.keys(metadata)));
  return [...keys].sort().slice(0, mostMetadataKeys);
}

/** The columns that may be chosen: the fixed ones, and one for each label key and each kind of metadata. */
export function columnsFor(
  labelKeys: readonly string[],
  metadataKeys: readonly string[] = [],
): readonly Column[] {
  const forLabels = labelKeys.map((key) => ({
    id: `label:${key}`,
    label: key,
    width: 'minmax(6rem, 0.7fr)',
    labelKey: key,
  }));
  const forMetadata = metadataKeys.map((key) => ({
    id: `metadata:${key}`,
    label: key,
    width: 'minmax(6rem, 0.8fr)',
    metadataKey: key,
  }));
  return [...fixedColumns, ...furtherColumns, ...forLabels, ...forMetadata];
}

const gapRem = 0.75;

/** How wide a table is at least: each column's own least, and the gaps between them. */
export function leastRem(widths: readonly string[]): number {
  const own = widths.map((width) => Number(/[\d.]+(?=rem)/.exec(width)?.[0] ?? 0));
  return own.reduce((sum, width) => sum + width, gapRem * (widths.length - 1));
}

/** Which columns are shown, remembered per migration. */
export function useShownColumns(migrationId: string) {
  const storageKey = `loom.columns.${migrationId}`;
  const [shown, setShown] = useState<ReadonlySet<string>>(() => readColumns(storageKey));
  const toggle = useCallback(
    (id: string) => {
      setShown((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        localStorage.setItem(storageKey, JSON.stringify([...after]));
        return after;
      });
    },
    [storageKey],
  );
  return { shown, toggle };
}

function readColumns(storageKey: string): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null');
    return Array.isArray(stored) ? new Set(stored.filter((id) => typeof id === 'string')) : shownAtFirst;
  } catch {
    return shownAtFirst;
  }
}
