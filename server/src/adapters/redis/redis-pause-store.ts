import type { PauseScope, PauseStore } from '../../application/ports/pause-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import { WOKEN_AGAIN_MS } from '../../application/ports/worker-directory.ts';
import type { NewEvent } from '../../domain/event.ts';
import type { Pause } from '../../domain/migration.ts';
import { eventArguments } from './event-arguments.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import {
  holdScript,
  pauseScript,
  resumeScript,
  takeReleasedScript,
  tellReleasedWokenScript,
} from './scripts/pauses.lua.ts';
import { type Argument, createStoreClient, listOf, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

/** Pauses are few, so all of them share one slot, and a dispatch asks for both of its own in one command. */
export function createRedisPauseStore({ redis, namespace, clock }: RedisAdapterOptions): PauseStore {
  const client = createStoreClient(redis);
  const keys = createKeys(namespace);
  const fieldOf = ({ kind, id }: PauseScope) => `${kind}:${id}`;
  const keysOf = (scope: PauseScope, { migrationId = '' }: NewEvent) => [
    ...[keys.definition(migrationId), keys.pauses, keys.held(fieldOf(scope)), keys.released],
    ...[keys.globalEvents, keys.eventSources],
  ];
  return {
    async pause(scope, pause, event) {
      const args = [fieldOf(scope), toStoredJson(pause), ...logArguments(event)];
      const [isNew, held] = listOf(await client.run(pauseScript, keysOf(scope, event), args));
      return { held: fromStoredJson<Pause>(textOf(held) ?? ''), isNew: isNew === 1 };
    },
    async resume(scope, event) {
      const args = [fieldOf(scope), ...logArguments(event)];
      return (await client.run(resumeScript, keysOf(scope, event), args)) === 1;
    },
    async find(scopes) {
      if (scopes.length === 0) return [];
      const found = listOf(await client.command('HMGET', keys.pauses, ...scopes.map(fieldOf)));
      return found.map((json) => (json === null ? undefined : fromStoredJson<Pause>(textOf(json) ?? '')));
    },
    async hold(scope, { migrationId, candidateId, runId }) {
      const field = fieldOf(scope);
      const run = toStoredJson({ migrationId, candidateId, runId });
      return (await client.run(holdScript, [keys.pauses, keys.held(field)], [field, run])) === 1;
    },
    async takeReleased(limit) {
      const args = [clock?.now().getTime() ?? '', limit, WOKEN_AGAIN_MS];
      const runs = textsOf(await client.run(takeReleasedScript, [keys.released], args));
      return runs.map((json) => fromStoredJson<RunRef>(json));
    },
    async tellWoken(taken) {
      if (taken.length > 0)
        await client.run(tellReleasedWokenScript, [keys.released], taken.map(toStoredJson));
    },
    async putBack(taken) {
      const free = taken.flatMap((run) => [0, toStoredJson(run)]);
      if (free.length > 0) await client.command('ZADD', keys.released, ...free);
    },
  };
}

function logArguments(event: NewEvent): readonly Argument[] {
  const { key: _, ...kept } = event;
  return event.migrationId === undefined
    ? ['', toStoredJson(kept)]
    : [event.migrationId, ...eventArguments(event)];
}
