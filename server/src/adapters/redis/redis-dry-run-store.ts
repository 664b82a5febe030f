import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { DryRun, DryRunStore } from '../../application/ports/dry-runner.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { answer } from './store-client.ts';
import { fromStoredJson, toStoredJson } from './stored-json.ts';

const KEPT_SECONDS = 7 * 24 * 60 * 60;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Packed, since the changed files of a dry run are up to 32 MB of text, twice, and share Redis with everything else. */
export function createRedisDryRunStore({
  redis,
  namespace,
}: Pick<RedisAdapterOptions, 'redis' | 'namespace'>): DryRunStore {
  const keys = createKeys(namespace);
  return {
    async save(dryRun) {
      const packed = await pack(toStoredJson(dryRun));
      await answer(() => redis.set(keys.dryRun(dryRun.id), packed, 'EX', KEPT_SECONDS));
    },
    async lease(id, leaseMs) {
      await answer(() => redis.set(keys.dryRunLease(id), '', 'PX', leaseMs));
    },
    async get(id) {
      const packed = await answer(() => redis.getBuffer(keys.dryRun(id)));
      if (packed === null) return undefined;
      const isLeased = (await answer(() => redis.exists(keys.dryRunLease(id)))) === 1;
      return { dryRun: fromStoredJson<DryRun>((await unpack(packed)).toString()), isLeased };
    },
  };
}
