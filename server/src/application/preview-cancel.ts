import { type Outcome, succeed } from '../domain/problem.ts';
import { type CommandRunDeps, findOpenRun } from './command-run.ts';
import { effectsOfRun, type RemainingEffect } from './effects-of-run.ts';
import type { CandidateRef } from './ports/refs.ts';

export interface PreviewCancelDeps extends CommandRunDeps {
  readonly limits: { readonly cancelGraceMs: number };
}

/** What a cancel or a roll back would do. */
export interface CancelPreview {
  readonly runId: string;
  /** The step whose worker is told to stop. */
  readonly stopped?: string | undefined;
  /** Until the run has ended, or begins to undo; of an open run. */
  readonly withinSeconds?: number | undefined;
  /** In the order of undoing. */
  readonly undone: readonly RemainingEffect[];
  readonly remaining: readonly (RemainingEffect & { readonly why: string })[];
}

/** What a cancel would do now, from what the store knows; changes nothing. */
export const previewCancel =
  (deps: PreviewCancelDeps) =>
  async (command: CandidateRef & { readonly compensate: boolean }): Promise<Outcome<CancelPreview>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run } = open.value;
    const stored = await deps.store.getRun(run);
    const effects = stored === undefined ? undefined : await effectsOfRun(deps.store, stored);
    const { name: stopped, cancelGraceSeconds = 0 } = effects?.underWay ?? {};
    return succeed({
      runId: run.runId,
      ...(stopped === undefined ? {} : { stopped }),
      withinSeconds: deps.limits.cancelGraceMs / 1_000 + cancelGraceSeconds,
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
