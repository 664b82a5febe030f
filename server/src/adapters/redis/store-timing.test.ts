import { afterAll, describe, test } from 'vitest';
import {
  aCandidate,
  aClaim,
  anAnnouncement,
  aProjection,
  at,
  MIGRATION,
} from '../../../test/contracts/builders.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import type { CandidateQuery } from '../../application/ports/candidate-pages.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';

const ROWS = Number(process.env['LOOM_TEST_ROWS'] ?? 10_000);
const TEAMS = 40;

/** Prints times and asserts none: they are the machine's as much as the store's. */
describe(`${ROWS} candidates on Redis`, () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);

  test('are submitted, moved and paged', async () => {
    const store = createRedisMigrationStore({ redis, namespace: newNamespace() });
    await store.announce(anAnnouncement());
    const padded = (index: number) => String(index).padStart(6, '0');
    const candidates = Array.from({ length: ROWS }, (_, index) =>
      aCandidate(`org/repository-${padded((index * 7919) % ROWS)}`, {
        labels: { team: `team-${index % TEAMS}`, tier: String(index % 3) },
        metadata: { description: 'x'.repeat(200) },
      }),
    );
    const times: Record<string, string> = {};
    async function time(name: string, count: number, act: () => Promise<unknown>): Promise<void> {
      const startedAt = performance.now();
      await act();
      times[name] = `${((performance.now() - startedAt) / count).toFixed(2)} ms`;
    }
    const submitAll = (discoveryId: string) => async () => {
      for (let from = 0; from < ROWS; from += 1_000)
        await store.submitCandidates({
          ...{ migrationId: MIGRATION, discoveryId, final: from + 1_000 >= ROWS, at: at(1) },
          candidates: candidates.slice(from, from + 1_000),
        });
    };
    await time('submit 1,000 new', ROWS / 1_000, submitAll('first'));
    await time('submit 1,000 known', ROWS / 1_000, submitAll('second'));
    const moved = candidates.slice(0, 500);
    await time('claim', moved.length, () =>
      Promise.all(moved.map(({ id }) => store.claimRun(aClaim(id, `r-${id}`)))),
    );
    await time('project', moved.length, () =>
      Promise.all(moved.map(({ id }) => store.project(aProjection(id, `r-${id}`)))),
    );

    const pages: Record<string, Partial<CandidateQuery>> = {
      'page, unfiltered': {},
      'page, by time': { sort: '-since' },
      'page, one status': { status: 'not_started' },
      'page, one label': { labels: [['team', 'team-7']] },
      'page, status and two labels': {
        status: 'running',
        labels: [
          ['team', 'team-7'],
          ['tier', '1'],
        ],
      },
      'page, a rare search': { q: padded(ROWS - 1) },
      'page, a common search': { q: 'repo' },
    };
    for (const [name, query] of Object.entries(pages)) {
      const list = () =>
        store.listCandidates({ migrationId: MIGRATION, labels: [], sort: 'id', limit: 50, ...query });
      await list();
      await time(name, 20, async () => {
        for (let times = 0; times < 20; times += 1) await list();
      });
    }
    await time('counts', 20, async () => {
      for (let times = 0; times < 20; times += 1) await store.countCandidates(MIGRATION);
    });
    process.stdout.write(`${ROWS} candidates: ${JSON.stringify(times, undefined, 2)}\n`);
  }, 120_000);
});
