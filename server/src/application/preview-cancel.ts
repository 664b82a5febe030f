import { type Outcome, succeed } from '../domain/problem.ts';
import { type CommandRunDeps, findOpenRun } from './command-run.ts';
import { effectsOfRun, type RemainingEffect } from './effects-of-run.ts';
import type { CandidateRef } from './ports/refs.ts';

/** What a cancel or a roll back would do. */
export interface CancelPreview {
  readonly runId: string;
  /** The step whose worker is told to stop. */
  readonly stopped?: string | undefined;
  /** In the order of undoing. */
  readonly undone: readonly RemainingEffect[];
  readonly remaining: readonly (RemainingEffect & { readonly why: string })[];
}

const WORKER_HAS_IT: readonly (string | undefined)[] = [
  'dispatching',
  'in_progress',
  'pending',
  'awaiting_worker',
];

/** What a cancel would do now, from what the store knows; changes nothing. */
export const previewCancel =
  (deps: CommandRunDeps) =>
  async (command: CandidateRef & { readonly compensate: boolean }): Promise<Outcome<CancelPreview>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run, candidate } = open.value;
    const stored = await deps.store.getRun(run);
    const effects = stored === undefined ? undefined : await effectsOfRun(deps.store, stored);
    const stopped = WORKER_HAS_IT.includes(candidate.runState) ? candidate.step : undefined;
    return succeed({
      runId: run.runId,
      ...(stopped === undefined ? {} : { stopped }),
      ...splitEffects(effects?.remaining ?? [], command.compensate),
    });
  };

/** What would be undone and what would stay, and why. */
export function splitEffects(
  left: readonly RemainingEffect[],
  compensate: boolean,
): Pick<CancelPreview, 'undone' | 'remaining'> {
  const isUndone = (effect: RemainingEffect) => compensate && effect.isUndoable;
  return {
    undone: left.filter(isUndone),
    remaining: left
      .filter((effect) => !isUndone(effect))
      .map((effect) => ({
        ...effect,
        why: effect.isUndoable ? 'Not chosen to be undone.' : 'This step cannot be undone by its worker.',
      })),
  };
}
