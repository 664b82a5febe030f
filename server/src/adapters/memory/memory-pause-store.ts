import type { EventLog } from '../../application/ports/event-log.ts';
import type { PauseScope, PauseStore } from '../../application/ports/pause-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import { WOKEN_AGAIN_MS } from '../../application/ports/worker-directory.ts';
import type { Pause } from '../../domain/migration.ts';

export function createMemoryPauseStore({
  events,
  clock,
}: {
  readonly events: EventLog;
  readonly clock: Clock;
}): PauseStore {
  const pauses = new Map<string, Pause>();
  const held = new Map<string, Map<string, RunRef>>();
  /** By runId; 0 when nobody has taken it. */
  const released = new Map<string, { readonly run: RunRef; readonly fromMs: number }>();
  const fieldOf = ({ kind, id }: PauseScope) => `${kind}:${id}`;
  const free = (runs: Iterable<RunRef>) => {
    for (const run of runs) released.set(run.runId, { run, fromMs: 0 });
  };
  return {
    async pause(scope, pause, event) {
      const known = pauses.get(fieldOf(scope));
      if (known !== undefined) return { held: known, isNew: false };
      pauses.set(fieldOf(scope), pause);
      await events.append(event);
      return { held: pause, isNew: true };
    },
    async resume(scope, event) {
      const field = fieldOf(scope);
      if (!pauses.delete(field)) return false;
      free(held.get(field)?.values() ?? []);
      held.delete(field);
      await events.append(event);
      return true;
    },
    find: async (scopes) => scopes.map((scope) => pauses.get(fieldOf(scope))),
    async hold(scope, run) {
      const field = fieldOf(scope);
      if (!pauses.has(field)) return false;
      const runs = held.get(field) ?? new Map<string, RunRef>();
      const { migrationId, candidateId, runId } = run;
      held.set(field, runs.set(runId, { migrationId, candidateId, runId }));
      return true;
    },
    async takeReleased(limit) {
      const nowMs = clock.now().getTime();
      const due = [...released.values()].filter(({ fromMs }) => fromMs <= nowMs).slice(0, limit);
      for (const { run } of due) released.set(run.runId, { run, fromMs: nowMs + WOKEN_AGAIN_MS });
      return due.map(({ run }) => run);
    },
    async tellWoken(taken) {
      for (const { runId } of taken) if (released.get(runId)?.fromMs !== 0) released.delete(runId);
    },
    putBack: async (taken) => free(taken),
  };
}
