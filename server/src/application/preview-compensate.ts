import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { effectsOfRun } from './effects-of-run.ts';
import type { CandidateRef } from './ports/refs.ts';
import { type CancelPreview, type PreviewCancelDeps, previewCancel, splitEffects } from './preview-cancel.ts';
import { unknownCandidate } from './read-candidates.ts';

/** What a roll back would do now, of an open run or of one that is over; changes nothing. */
export const previewCompensate =
  (deps: PreviewCancelDeps) =>
  async (command: CandidateRef): Promise<Outcome<CancelPreview>> => {
    const { store } = deps;
    const candidate = await store.getCandidate(command);
    if (candidate === undefined) return unknownCandidate(command);
    const { runId, runState } = candidate;
    if (runState !== undefined && runState !== 'lost')
      return previewCancel(deps)({ ...command, compensate: true });
    const run = runId === undefined ? undefined : await store.getRun({ ...command, runId });
    if (run === undefined) return refuse('not-running', `"${command.candidateId}" was never started.`);
    const effects = await effectsOfRun(store, run);
    return succeed({ runId: run.runId, ...splitEffects(effects?.remaining ?? [], true) });
  };
