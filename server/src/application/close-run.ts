import { ENGINE_ACTOR } from '../domain/event.ts';
import type { RunRef } from './ports/refs.ts';
import type { Clock } from './ports/system.ts';
import { type ProjectRunDeps, projectRun } from './project-run.ts';

export interface CloseRunDeps extends ProjectRunDeps {
  readonly clock: Clock;
}

/** Above every order that a workflow gives its writes: what is found here is the end of that run. */
export const LAST_SEQ = Number.MAX_SAFE_INTEGER;

/** Writes the end of a run that cannot write it itself. */
export async function closeRun(
  deps: CloseRunDeps,
  run: RunRef,
  outcome: 'lost' | 'cancelled',
  reason: string,
): Promise<void> {
  const { store, clock } = deps;
  const stored = await store.getRun(run);
  if (stored === undefined || stored.endedAt !== undefined) return;
  const at = clock.now().toISOString();
  const { migrationId, candidateId, runId } = run;
  const open = (await store.listAttempts(run)).filter((attempt) => attempt.endedAt === undefined);
  await projectRun(deps)({
    migrationId,
    candidateId,
    runId,
    seq: LAST_SEQ,
    at,
    view:
      outcome === 'lost'
        ? { status: 'not_started', runState: 'lost', since: at, who: 'operator', reason }
        : { status: 'not_started', since: at },
    attempts: open.map(({ stepIndex, phase, attempt, startedAt, inputsVersion }) => ({
      stepIndex,
      phase,
      attempt,
      startedAt,
      inputsVersion,
      endedAt: at,
      outcome: 'cancelled',
      message: reason,
    })),
    events: [
      {
        key: `run.${outcome}`,
        at,
        type: `run.${outcome}`,
        actor: ENGINE_ACTOR,
        migrationId,
        candidateId,
        runId,
        data: { reason },
      },
    ],
    ended: { outcome, reason },
  });
}
