import { beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../../test/builders/application-world.ts';
import { aCandidate, aDefinition, anAnnouncement, aSubmission } from '../../test/contracts/builders.ts';
import { searchCandidates } from './search-candidates.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

async function announce(id: string, ...candidateIds: readonly string[]): Promise<void> {
  const definition = aDefinition({ id });
  await world.store.announce(anAnnouncement({ definition, maxMigrations: 100 }));
  const candidates = candidateIds.map((candidateId) => aCandidate(candidateId));
  await world.store.submitCandidates(aSubmission(candidates, { migrationId: id }));
}

const find = async (q: string, limit = 8) =>
  (await searchCandidates(world)({ q, limit })).map(
    ({ migration, candidate }) => `${migration.id}/${candidate.id}`,
  );

test('candidates of every migration are found by a part of their name, whatever its case', async () => {
  await announce('charts', 'acme/billing', 'acme/web');
  await announce('names', 'billing', 'search');
  expect(await find('BILL')).toEqual(['charts/acme/billing', 'names/billing']);
  expect(await find('nothing')).toEqual([]);
});

test('no more than wanted are given, and migrations after those are not looked through', async () => {
  for (let index = 0; index < 10; index += 1) await announce(`m-${index}`, 'one', 'two');
  const asked: string[] = [];
  const { store } = world;
  const watched = {
    ...store,
    listCandidates: (query: Parameters<typeof store.listCandidates>[0]) => {
      asked.push(query.migrationId);
      return store.listCandidates(query);
    },
  };
  const found = await searchCandidates({ store: watched })({ q: 'o', limit: 3 });
  expect(found.map(({ migration }) => migration.id)).toEqual(['m-0', 'm-0', 'm-1']);
  expect(asked).toHaveLength(8);
  expect(await find('two', 200)).toHaveLength(10);
});

test('a migration that is forgotten meanwhile is passed over', async () => {
  await announce('charts', 'billing');
  const listCandidates = async () => ({ kind: 'unknown-migration' }) as const;
  const search = searchCandidates({ store: { ...world.store, listCandidates } });
  expect(await search({ q: 'bill', limit: 8 })).toEqual([]);
});
