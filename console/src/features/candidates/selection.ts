import { useCallback, useState } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';

export type Selection = ReadonlyMap<string, CandidateSummary>;

/** Which rows are selected, with the rows themselves, so that they outlast a change of the filters. */
export function useSelection() {
  const [selection, setSelection] = useState<Selection>(new Map());
  const toggle = useCallback((row: CandidateSummary) => {
    setSelection((before) => {
      const after = new Map(before);
      if (!after.delete(row.id)) after.set(row.id, row);
      return after;
    });
  }, []);
  const set = useCallback((rows: readonly CandidateSummary[]) => {
    setSelection(new Map(rows.map((row) => [row.id, row])));
  }, []);
  return { selection, toggle, set };
}

/** Why a run of the candidate cannot be started, if so. */
export function startHindrance(row: CandidateSummary): string | undefined {
  if (row.status === 'completed') return 'completed';
  const isOpen = row.runState !== undefined && row.runState !== 'lost';
  if (row.status === 'running' || isOpen) return 'a run is open';
  if (row.goneAt !== undefined) return 'not seen by the last discovery';
  return undefined;
}
