import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createKeys, type RedisKeys } from './keys.ts';
import { createManifests, type Manifests } from './manifests.ts';
import { createStoreClient } from './store-client.ts';
import { toStoredJson } from './stored-json.ts';

const { redis, newNamespace, close } = openTestRedis();
const client = createStoreClient(redis);
afterAll(close);

const ref = (runId: string) => ({ migrationId: 'm', candidateId: 'a', runId });
let keys: RedisKeys;
let manifests: Manifests;
beforeEach(() => {
  keys = createKeys(newNamespace());
  manifests = createManifests(client, keys, 300);
});

const jsonOf = (runId: string, steps: number) =>
  toStoredJson({ runId, steps: Array.from({ length: steps }, () => ({ name: 'a-step' })) });
async function claim(runId: string, steps = 1): Promise<void> {
  await redis.hset(keys.run('m', runId), 'candidateId', 'a');
  await redis.set(keys.manifest('m', runId), jsonOf(runId, steps));
}
/** Whether it is still known after Redis has lost it. */
async function isKept(runId: string): Promise<boolean> {
  await redis.del(keys.manifest('m', runId));
  return (await manifests.get(ref(runId))) !== undefined;
}

describe('the manifests that are kept', () => {
  test('are read once', async () => {
    await claim('r-1');
    expect(await manifests.get(ref('r-1'))).toMatchObject({ runId: 'r-1' });
    expect(await isKept('r-1')).toBe(true);
  });

  test('are of that candidate and migration only, and what is not there is looked for again', async () => {
    await claim('r-1');
    expect(await manifests.get({ ...ref('r-1'), candidateId: 'b' })).toBeUndefined();
    expect(await manifests.get({ ...ref('r-1'), migrationId: 'n' })).toBeUndefined();
    expect(await manifests.get(ref('r-2'))).toBeUndefined();
    await claim('r-2');
    expect(await manifests.get(ref('r-2'))).toMatchObject({ runId: 'r-2' });
  });

  test('are those used last, within the bound', async () => {
    for (const runId of ['r-1', 'r-2', 'r-3']) {
      await claim(runId, 5);
      await manifests.get(ref(runId));
      await manifests.get(ref('r-1'));
    }
    expect(2 * jsonOf('r-1', 5).length).toBeLessThanOrEqual(300);
    expect(await isKept('r-2')).toBe(false);
    expect(await isKept('r-1')).toBe(true);
    expect(await isKept('r-3')).toBe(true);
  });

  test('never hold one that is larger than the bound', async () => {
    await claim('r-1', 50);
    expect(await manifests.get(ref('r-1'))).toMatchObject({ runId: 'r-1' });
    expect(await isKept('r-1')).toBe(false);
  });

  test('are forgotten when their claim is given back', async () => {
    await claim('r-1');
    await manifests.get(ref('r-1'));
    manifests.forget(ref('r-1'));
    manifests.forget(ref('r-none'));
    expect(await isKept('r-1')).toBe(false);
  });
});
