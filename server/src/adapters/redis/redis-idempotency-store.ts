import type { IdempotencyStore, KeptAnswer } from '../../application/ports/idempotency-store.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import {
  abandonIdempotencyScript,
  beginIdempotencyScript,
  finishIdempotencyScript,
} from './scripts/idempotency.lua.ts';
import { createStoreClient, textsOf } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

const KEPT_SECONDS = 24 * 60 * 60;
/** Longer than any request; the key of a process that died in the middle is free again after it. */
const HELD_SECONDS = 120;

export function createRedisIdempotencyStore(
  options: Pick<RedisAdapterOptions, 'redis' | 'namespace'>,
): IdempotencyStore {
  const client = createStoreClient(options.redis);
  const keys = createKeys(options.namespace);
  return {
    async begin(key, requestHash) {
      const [kind, answer] = textsOf(
        await client.run(beginIdempotencyScript, [keys.idempotency(key)], [requestHash, HELD_SECONDS]),
      );
      if (kind === 'answered') return { kind, answer: fromStoredJson<KeptAnswer>(answer ?? '') };
      return { kind: kind as 'first' | 'held' | 'mismatch' };
    },
    async finish(key, requestHash, answer) {
      await client.run(
        finishIdempotencyScript,
        [keys.idempotency(key)],
        [requestHash, toStoredJson(answer), KEPT_SECONDS],
      );
    },
    async abandon(key) {
      await client.run(abandonIdempotencyScript, [keys.idempotency(key)], []);
    },
  };
}
