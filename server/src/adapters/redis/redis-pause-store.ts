import type { PauseScope, PauseStore } from '../../application/ports/pause-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { NewEvent } from '../../domain/event.ts';
import type { Pause } from '../../domain/migration.ts';
import { eventArguments } from './event-arguments.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { holdScript, pauseScript, resumeScript } from './scripts/pauses.lua.ts';
import { type Argument, createStoreClient, listOf, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

/** Pauses are few, so all of them share one slot, and a dispatch asks for both of its own in one command. */
export function createRedisPauseStore({
  redis,
  namespace,
}: Pick<RedisAdapterOptions, 'redis' | 'namespace'>): PauseStore {
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
      const runs = textsOf(await client.command('SPOP', keys.released, limit));
      return runs.map((json) => fromStoredJson<RunRef>(json));
    },
    async putBack(released) {
      if (released.length > 0)
        await client.command('SADD', keys.released, ...released.map((run) => toStoredJson(run)));
    },
  };
}

function logArguments(event: NewEvent): readonly Argument[] {
  const { key: _, ...kept } = event;
  return event.migrationId === undefined
    ? ['', toStoredJson(kept)]
    : [event.migrationId, ...eventArguments(event)];
}
