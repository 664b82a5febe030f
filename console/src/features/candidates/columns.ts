import { useCallback, useState } from 'react';

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly width: string;
  /** The label of a candidate that it shows, if it shows one. */
  readonly labelKey?: string;
}

const fixedColumns: readonly Column[] = [
  { id: 'step', label: 'Step', width: 'minmax(10rem, 1.1fr)' },
  { id: 'who', label: 'Waiting on', width: '6.5rem' },
  { id: 'since', label: 'Since', width: '4.5rem' },
  { id: 'pr', label: 'Pull request', width: '5.5rem' },
];

const shownAtFirst: ReadonlySet<string> = new Set(fixedColumns.map((column) => column.id));

/** The columns that may be chosen: the fixed ones, and one per label key of the migration. */
export function columnsFor(labelKeys: readonly string[]): readonly Column[] {
  const forLabels = labelKeys.map((key) => ({
    id: `label:${key}`,
    label: key,
    width: 'minmax(6rem, 0.7fr)',
    labelKey: key,
  }));
  return [...fixedColumns, ...forLabels];
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
