import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  anAttempt,
  anEvent,
  aProjection,
  at,
  aView,
  MIGRATION,
} from '../../../test/contracts/builders.ts';
import { ODD_IDS } from '../../../test/contracts/candidates.contract.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import { fingerprintOf } from '../../domain/failure.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';
import { verifyIndexes } from './verify-indexes.ts';

const FINGERPRINT = fingerprintOf('prepare', 'invalid', 'no.');

/** All of them wait with the same. */
function aFailure(id: string, index: number) {
  const where = { step: 'prepare', stepIndex: 0, attempt: 1 };
  const view = { runState: 'awaiting_retry', who: 'operator', reason: 'No.', since: at(index) } as const;
  const attempt = anAttempt({ outcome: 'failed', failureClass: 'invalid', message: 'No.' });
  return aProjection(id, `r-${id}`, { seq: 2, view: aView({ ...view, ...where }), attempts: [attempt] });
}

/** As the scripts write a member of an order. */
function packed(text: string, ord: number): Buffer {
  return Buffer.from([...Buffer.from(text), ord >> 16, (ord >> 8) & 255, ord & 255]);
}

describe('the indexes of a migration', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);
  let namespace: string;
  let store: MigrationStore;
  const verify = (repair = false) => verifyIndexes({ redis, namespace }, MIGRATION, { repair });
  const key = (name: string) => `loom:${namespace}:{m:${MIGRATION}}:${name}`;
  const many = Array.from({ length: 1_300 }, (_, index) =>
    aCandidate(`c-${index}`, { labels: { tier: String(index % 4), team: 'Rot \ud800', other: 'x' } }),
  );
  const eventsOf = async (candidateId: string) =>
    (await redis.xrange(key(`events-of:${candidateId}`), '-', '+')).map(([id]) => id);
  const changeInputs = (n: number) => {
    const ref = { migrationId: MIGRATION, candidateId: 'c-1' };
    return store.setInputs(ref, { n }, anEvent(ref));
  };
  const submit = (candidates: readonly ReturnType<typeof aCandidate>[], discoveryId = 'd', final = false) =>
    store.submitCandidates({ migrationId: MIGRATION, discoveryId, candidates, final, at: at(1) });

  beforeEach(async () => {
    namespace = newNamespace();
    store = createRedisMigrationStore({ redis, namespace });
    await store.announce(anAnnouncement());
    await submit(ODD_IDS.map((id) => aCandidate(id, { labels: { tier: id } })));
    await submit(many.slice(0, 900));
    await submit(many.slice(900), 'd', true);
    await submit(
      many.slice(0, 1_000).map((facts, index) => ({ ...facts, labels: { tier: String(index % 3) } })),
      'e',
    );
    await submit([], 'e', true);
    for (const [index, { id }] of many.slice(0, 60).entries()) {
      await store.claimRun(aClaim(id, `r-${id}`, { at: at(index) }));
      if (index % 3 === 0)
        await store.releaseClaim({ migrationId: MIGRATION, candidateId: id, runId: `r-${id}` }, anEvent());
      if (index % 3 === 1) await store.project(aProjection(id, `r-${id}`));
      if (index % 12 === 10) await store.project(aFailure(id, index));
      if (index % 6 === 1) {
        const view = aView({ status: 'not_started', runState: index % 12 === 1 ? 'lost' : undefined });
        await store.project(aProjection(id, `r-${id}`, { seq: 2, view, ended: { outcome: 'lost' } }));
      }
    }
  });

  test('agree with the rows whatever was done through the store', async () => {
    expect(await verify()).toEqual({ rows: many.length + ODD_IDS.length, findings: [] });
  });

  test('an unknown migration has none', async () => {
    expect(await verifyIndexes({ redis, namespace }, 'none', { repair: true })).toEqual({
      rows: 0,
      findings: [],
    });
  });

  test('are mended from the rows, whatever happened to them', async () => {
    const counts = await store.countCandidates(MIGRATION);
    const failures = {
      items: [{ fingerprint: FINGERPRINT, count: 5, failureClass: 'invalid', message: 'No.' }],
    };
    expect(await store.listFailures(MIGRATION, { limit: 5 })).toMatchObject(failures);
    const query = {
      migrationId: MIGRATION,
      labels: [['tier', '1']],
      sort: 'since',
      limit: 200,
      q: 'c-1',
    } as const;
    const page = await store.listCandidates(query);
    const damages: (() => Promise<unknown>)[] = [
      () => redis.del(key('b:s:running')),
      () => redis.setbit(key('b:s:completed'), 1_200, 1),
      () => redis.setbit(key('b:r:queued'), 3, 1),
      () => redis.del(key('b:w:nobody')),
      () => redis.setbit(key('b:w:operator'), 900, 1),
      () => redis.setbit(key('b:open'), 70, 1),
      () => redis.del(key('b:seen')),
      () => redis.setbit(key('b:timed'), 1_100, 1),
      () => redis.del(key('b:timed')),
      () => redis.setbit(key('b:failing'), 3, 1),
      () => redis.del(key('b:failing')),
      () => redis.del(key(`b:f:${FINGERPRINT}`)),
      () => redis.setbit(key(`b:f:${FINGERPRINT}`), 1_200, 1),
      () => redis.del(key(`f:${FINGERPRINT}`)),
      () => redis.del(key('failures')),
      () => redis.sadd(key('failures'), 'none.0000000000000000'),
      () => redis.setbit(key('b:gone'), 1_200, 0),
      () => redis.setbit(key('b:l:"tier"="1"'), 1_111, 1),
      () => redis.del(key('b:l:"tier"="2"'), key('lv:"tier"')),
      () => redis.zrem(key('z:id'), packed('c-5\0', 21)),
      () => redis.zadd(key('z:id'), 0, packed('ghost\0', 99)),
      () => redis.zadd(key('z:id'), 0, 'c-5\u00000000000021'),
      () => redis.del(key('ords-by-id')),
      () => redis.setrange(key('ords-by-id'), 3_000, 'wrong'),
      () => redis.append(key('ords-by-id'), 'more'),
      () => redis.zadd(key('z:since'), 5, packed('', 30)),
      () => redis.zrem(key('z:since'), packed('', 900)),
      () => redis.zadd(key('z:since'), 5, packed('', 9_999)),
      () => redis.zadd(key('z:since'), 5, '0000000030'),
      () => redis.hdel(key('ids'), 'c-7'),
      () => redis.hset(key('ids'), 'ghost', 5, 'ghost-2', 7_000),
      () => redis.hset(key('names'), 5, 'ghost', 7_000, 'ghost-2'),
      () => redis.hdel(key('names'), '30'),
      () => redis.del(key('q:1')),
      () => redis.append(key('q:0'), 'more'),
    ];
    for (const n of [1, 2]) await changeInputs(n);
    const events = await eventsOf('c-1');
    expect(events.length).toBeGreaterThan(1);
    damages.push(
      () => redis.del(key('events-of:c-1')),
      () => redis.del(key('run:r-c-1:events')),
      async () => redis.xdel(key('events-of:c-1'), events[0] ?? ''),
      () => redis.hset(key('burn'), `d${Math.floor(Date.now() / 86_400_000)}`, '1 1 1 1'),
      () => redis.del(key('burn')),
    );
    for (const damage of damages) {
      await damage();
      expect((await verify()).findings).not.toEqual([]);
      expect((await verify(true)).findings).not.toEqual([]);
      expect((await verify()).findings).toEqual([]);
      expect(await store.countCandidates(MIGRATION)).toEqual({ ...counts, version: expect.any(Number) });
      expect(await store.listCandidates(query)).toEqual({ ...page, version: expect.any(Number) });
      expect(await store.listFailures(MIGRATION, { limit: 5 })).toMatchObject(failures);
      expect(await eventsOf('c-1')).toEqual(events);
    }
    // Each of three dozen damages is looked for three times.
  }, 60_000);

  test('of ids, which are cut into stretches where there are many, are mended too', async () => {
    const more = Array.from({ length: 1_200 }, (_, index) =>
      aCandidate(`m-${index}`, { labels: { tier: String(index % 60) } }),
    );
    await submit(more.slice(0, 1_000));
    await submit(more.slice(1_000));
    expect((await verify()).findings).toEqual([]);
    const query = { migrationId: MIGRATION, labels: [['tier', '7']], sort: 'id', limit: 12 } as const;
    const page = await store.listCandidates(query);
    expect(page).toMatchObject({ total: 20, nextCursor: expect.any(String) });
    const damages = [
      () => redis.del(key('b:i:5')),
      async () => redis.setbit(key('b:i:2'), 1_100, (await redis.getbit(key('b:i:2'), 1_100)) === 1 ? 0 : 1),
      () => redis.setrange(key('b:i:0'), 100, 'wrong'),
      () => redis.del(key('stretches')),
      () => redis.lset(key('stretches'), 3, 'of no row'),
      () => redis.rpush(key('stretches'), 'one more'),
    ];
    for (const damage of damages) {
      await damage();
      expect((await verify(true)).findings).not.toEqual([]);
      expect((await verify()).findings).toEqual([]);
      expect(await store.listCandidates(query)).toEqual({ ...page, version: expect.any(Number) });
    }
    // A submission that finds the order damaged mends it, and has its own in a stretch too.
    await redis.del(key('ords-by-id'));
    await submit([aCandidate('a-new-one', { labels: { tier: '7' } })]);
    expect((await verify()).findings).toEqual([]);
    expect(await store.listCandidates(query)).toMatchObject({ total: 21 });
  });

  test('of events keep what comes while they are written anew', async () => {
    await redis.del(key('events-of:c-1'));
    await Promise.all([verify(true), ...Array.from({ length: 40 }, (_, n) => changeInputs(n))]);

    expect((await verify()).findings).toEqual([]);
  });

  test('are made for rows of an older version, which knew no failures and looked for no run by its name', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const named = { migrationId: MIGRATION, candidateId: 'c-900', runId: 'r-named' };
    await store.claimRun(aClaim('c-900', 'r-named', { traceparent: `00-${traceId}-b7ad6b7169203331-01` }));
    const pullRequest = 'https://forge.test/Org/Web/pull/7';
    const attempts = [anAttempt({ metadata: { prUrl: pullRequest } })];
    await store.project(aProjection('c-900', 'r-named', { attempts }));
    expect((await verify()).findings).toEqual([]);
    const known = async () => ({
      failures: await store.listFailures(MIGRATION, { limit: 5 }),
      failing: await store.listCandidates({
        migrationId: MIGRATION,
        failure: FINGERPRINT,
        labels: [],
        sort: 'id',
        limit: 50,
      }),
      byTrace: await store.findRuns({ kind: 'trace', traceId }),
      byPullRequest: await store.findRuns({ kind: 'pull-request', name: 'org/web#7', host: 'forge.test' }),
    });
    const before = await known();
    expect(before).toMatchObject({
      failures: { items: [{ fingerprint: FINGERPRINT, count: 5 }] },
      failing: { total: 5 },
      byTrace: [named],
      byPullRequest: [named],
    });

    for (const row of await redis.keys(key('c:*[0-9]'))) await redis.hdel(row, 'failure');
    await redis.del(
      ...['b:failing', `b:f:${FINGERPRINT}`, `f:${FINGERPRINT}`, 'failures', 'traces', 'prs'].map(key),
    );
    expect(await known()).toMatchObject({ failures: { items: [] }, byTrace: [], byPullRequest: [] });
    const found = [...(await verify(true)).findings].toSorted();
    expect(found).toEqual([
      ...[10, 22, 34, 46, 58].map((n) => `failing c-${n}`),
      'prs org/web#7\0forge.test\0r-named',
      `traces ${traceId}\0r-named`,
    ]);
    expect(await known()).toMatchObject({
      ...before,
      failing: { ...before.failing, version: expect.any(Number) },
    });
    expect((await verify()).findings).toEqual([]);
  });

  test('of a label key that had too many values come back when it no longer has', async () => {
    const wide = Array.from({ length: 600 }, (_, index) =>
      aCandidate(`w-${index}`, { labels: { team: `t-${index}` } }),
    );
    expect(await submit(wide)).toMatchObject({ overflowingLabelKeys: ['team'] });
    await verify(true);
    const byTeam = { migrationId: MIGRATION, labels: [['team', 't-1']], sort: 'id', limit: 5 } as const;
    expect(await store.listCandidates(byTeam)).toEqual({ kind: 'unknown-filter', key: 'team' });
    await submit(wide.map((facts) => ({ ...facts, labels: { team: 't-1' } })));
    await verify(true);
    expect(await store.listCandidates(byTeam)).toMatchObject({ total: 600 });
    expect((await verify()).findings).toEqual([]);
  });
});
