import type { EventLog } from '../../application/ports/event-log.ts';
import type { PauseScope, PauseStore } from '../../application/ports/pause-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Pause } from '../../domain/migration.ts';

export function createMemoryPauseStore({ events }: { readonly events: EventLog }): PauseStore {
  const pauses = new Map<string, Pause>();
  const held = new Map<string, Map<string, RunRef>>();
  const released: RunRef[] = [];
  const fieldOf = ({ kind, id }: PauseScope) => `${kind}:${id}`;
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
      released.push(...(held.get(field)?.values() ?? []));
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
    takeReleased: async (limit) => released.splice(0, limit),
    async putBack(runs) {
      released.push(...runs);
    },
  };
}
