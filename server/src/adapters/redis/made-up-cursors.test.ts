import { afterAll, expect, test } from 'vitest';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  aSubmission,
  MIGRATION,
} from '../../../test/contracts/builders.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';

const { redis, newNamespace, close } = openTestRedis();
afterAll(close);

const FAR = 2 ** 52;

/** Enough rows for stretches of ids, and so few matches that they are looked at one by one. */
test('a cursor that somebody made up leads to a page, wherever it points', async () => {
  const store = createRedisMigrationStore({ redis, namespace: newNamespace() });
  await store.announce(anAnnouncement());
  const candidates = Array.from({ length: 2_100 }, (_, index) =>
    aCandidate(`c-${index}`, { labels: { tier: String(index % 100) } }),
  );
  for (const from of [0, 1_050])
    await store.submitCandidates(aSubmission(candidates.slice(from, from + 1_050)));
  for (const id of ['c-7', 'c-107', 'c-1']) await store.claimRun(aClaim(id, `r-${id}`));
  for (const labels of [[], [['tier', '7']]] as const)
    for (const sort of ['id', '-id', 'since', '-since'] as const) {
      const query = { migrationId: MIGRATION, labels, sort, limit: 2 };
      const first = await store.listCandidates(query);
      if (first.kind !== 'page' || first.nextCursor === undefined) throw new Error('There is no next page.');
      const [version, hash, key] = JSON.parse(Buffer.from(first.nextCursor, 'base64url').toString());
      for (const [madeUpKey, ord] of [
        [key, FAR],
        [key, 0],
        [typeof key === 'number' ? FAR : '\u{10ffff}', FAR],
        [typeof key === 'number' ? 0 : '', FAR],
      ]) {
        const text = JSON.stringify([version, hash, madeUpKey, ord]);
        const cursor = Buffer.from(text).toString('base64url');
        expect(await store.listCandidates({ ...query, cursor })).toMatchObject({ kind: 'page' });
      }
    }
});
