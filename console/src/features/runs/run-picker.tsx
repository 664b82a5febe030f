import { useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import type { RunSummary } from '../../shared/contract.ts';
import { formatExact } from '../../ui/format.ts';
import styles from './run-picker.module.css';
import { runWords } from './run-relation.ts';

interface RunPickerProps {
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  readonly total: number;
  /** An older one that is looked at. */
  readonly selected: string | undefined;
}

export function RunPicker({ runs, total, selected }: RunPickerProps) {
  const id = useId();
  const navigate = useNavigate({ from: '/migrations/$migrationId/candidates/$candidateId' });
  if (runs.length === 0) return null;
  const pick = (runId: string) =>
    void navigate({ search: runId === runs[0]?.runId ? {} : { run: runId }, resetScroll: false });
  return (
    <div className={styles.picker}>
      <label htmlFor={id}>Run</label>
      <select id={id} value={selected ?? runs[0]?.runId} onChange={(event) => pick(event.target.value)}>
        {runs.map((run, index) => (
          <option key={run.runId} value={run.runId}>
            {total - index} of {total}, {runWords(run, runs, total)}, {formatExact(run.startedAt)}
          </option>
        ))}
      </select>
    </div>
  );
}
