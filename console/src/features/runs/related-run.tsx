import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunSummary } from '../../shared/contract.ts';
import styles from './run-page.module.css';
import { rollbackOf, runNumber } from './run-relation.ts';

interface RelatedRunProps {
  /** The one on screen. */
  readonly run: RunSummary | undefined;
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  readonly total: number;
}

/** Which run a rollback undoes, and which rollback undid a run. */
export function RelatedRun({ run, runs, total }: RelatedRunProps) {
  if (run === undefined) return null;
  const link = (runId: string, otherwise: string): ReactNode => {
    const number = runNumber(runs, total, runId);
    return (
      <Link to="." search={runId === runs[0]?.runId ? {} : { run: runId }} resetScroll={false}>
        {number === undefined ? otherwise : `run ${number} of ${total}`}
      </Link>
    );
  };
  const undoneBy = rollbackOf(runs, run.runId);
  if (run.kind === 'rollback' && run.undoes !== undefined) {
    return (
      <p className={styles.related}>This is a rollback; it undoes {link(run.undoes, 'an older run')}.</p>
    );
  }
  if (undoneBy === undefined) return null;
  return (
    <p className={styles.related}>
      {undoneBy.outcome === 'rolled_back' ? 'It was undone by' : 'A rollback of it is'}{' '}
      {link(undoneBy.runId, 'a newer run')}.
    </p>
  );
}
