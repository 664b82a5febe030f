import { createHash } from 'node:crypto';
import type { ConcurrencyKeys } from '../../application/ports/concurrency-keys.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import {
  acquireKeyScript,
  nextForKeyScript,
  releaseKeyScript,
  waitedForScript,
} from './scripts/concurrency-keys.lua.ts';
import { type Argument, createStoreClient, type Script, textOf, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

const PATIENCE_MS = 5_000;

export function createRedisConcurrencyKeys(options: RedisAdapterOptions): ConcurrencyKeys {
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);
  const givenMs = () => options.clock?.now().getTime() ?? '';
  const run = (script: Script, key: string, ...args: readonly Argument[]) => {
    // Names are people's, so that they may hold anything, a brace too.
    const digest = createHash('sha256').update(key).digest('hex');
    const { hash, queue } = keys.concurrencyKey(digest);
    return client.run(script, [hash, queue, keys.concurrencyKeys, keys.freeConcurrencyKeys], args);
  };
  const toRun = (json: string | undefined) => (json === undefined ? undefined : fromStoredJson<RunRef>(json));
  const list = async (set: string) => textsOf(await client.command('SMEMBERS', set));
  return {
    async acquire(key, { migrationId, candidateId, runId, idempotencyKey }) {
      const ref = toStoredJson({ migrationId, candidateId, runId });
      const ahead = Number(await run(acquireKeyScript, key, idempotencyKey, ref, key));
      return ahead < 0 ? { kind: 'held' } : { kind: 'queued', ahead };
    },
    release: async (key, idempotencyKey) =>
      toRun(textOf(await run(releaseKeyScript, key, idempotencyKey, givenMs(), key))),
    async takeNext(limit) {
      const next: RunRef[] = [];
      // Once a second: the others are looked at when something happens to them.
      for (const key of await list(keys.freeConcurrencyKeys)) {
        if (next.length >= limit) break;
        const named = toRun(textOf(await run(nextForKeyScript, key, givenMs(), PATIENCE_MS, key)));
        if (named !== undefined) next.push(named);
      }
      return next;
    },
    async listWaitedFor() {
      const found = await Promise.all(
        (await list(keys.concurrencyKeys)).map(async (key) => {
          const [idempotencyKey, json] = textsOf((await run(waitedForScript, key)) ?? []);
          const ref = toRun(json);
          return idempotencyKey === undefined || ref === undefined
            ? []
            : [{ key, holder: { ...ref, idempotencyKey } }];
        }),
      );
      return found.flat();
    },
  };
}
