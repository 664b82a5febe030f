import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, inject, test } from 'vitest';
import { createRedisMigrationStore } from '../../src/adapters/redis/redis-migration-store.ts';
import { aCandidate, anAnnouncement, at, MIGRATION } from '../contracts/builders.ts';
import { openTestRedis } from '../contracts/test-redis.ts';

const COMMAND = fileURLToPath(new URL('../../src/verify-indexes.ts', import.meta.url));
const { redis, newNamespace, close } = openTestRedis();
afterAll(close);

const run = async (namespace: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=source', '--import=tsx', COMMAND, ...args], {
    env: { ...process.env, LOOM_REDIS_URL: inject('redisUrl'), LOOM_NAMESPACE: namespace },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

test('the command says what differs in the indexes of every migration, and mends it when asked', async () => {
  const namespace = newNamespace();
  expect(await run(namespace)).toEqual({ code: 0, stdout: '' });
  const store = createRedisMigrationStore({ redis, namespace });
  await store.announce(anAnnouncement());
  const candidates = [aCandidate('a'), aCandidate('b')];
  await store.submitCandidates({
    ...{ migrationId: MIGRATION, discoveryId: 'd', candidates, final: false, at: at(1) },
  });
  await redis.del(`loom:${namespace}:{m:${MIGRATION}}:b:s:not_started`);

  const differs = `${MIGRATION}: 2 candidates, 1 findings\n  "b:s:not_started"\n`;
  expect(await run(namespace)).toEqual({ code: 1, stdout: differs });
  expect(await run(namespace, '--repair')).toEqual({ code: 0, stdout: differs });
  expect(await run(namespace)).toEqual({ code: 0, stdout: `${MIGRATION}: 2 candidates, 0 findings\n` });
}, 60_000);
