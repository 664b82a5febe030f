import type { RunSummary } from '../../shared/contract.ts';

/** `2 of 3` for one of the newest runs, the newest first, where the oldest is number one. */
export function runNumber(runs: readonly RunSummary[], total: number, runId: string): number | undefined {
  const index = runs.findIndex((run) => run.runId === runId);
  return index === -1 ? undefined : total - index;
}

/** How a run is called in the list of runs. */
export function runWords(run: RunSummary, runs: readonly RunSummary[], total: number): string {
  const state = run.outcome?.replace('_', ' ') ?? (run.endedAt === undefined ? 'open' : 'ended');
  if (run.kind !== 'rollback') return state;
  const number = run.undoes === undefined ? undefined : runNumber(runs, total, run.undoes);
  return `${number === undefined ? 'rollback' : `rollback of run ${number}`}, ${state}`;
}

/** The newest rollback of a run, if there is one. */
export function rollbackOf(runs: readonly RunSummary[], runId: string): RunSummary | undefined {
  return runs.find((run) => run.undoes === runId);
}
