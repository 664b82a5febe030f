import { beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../../test/builders/application-world.ts';
import {
  aCandidate,
  aClaim,
  aDefinition,
  anAnnouncement,
  aProjection,
  aSubmission,
  at,
  aView,
} from '../../test/contracts/builders.ts';
import type { RunView } from '../domain/run-projection.ts';
import { exportCandidates } from './export-candidates.ts';
import { listAttention } from './list-attention.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const idOf = (index: number) => `c-${String(index).padStart(3, '0')}`;

async function announce(id: string, count: number): Promise<void> {
  const definition = aDefinition({ id, name: `Named ${id}` });
  await world.store.announce(anAnnouncement({ definition, maxMigrations: 100 }));
  const candidates = Array.from({ length: count }, (_, index) => aCandidate(idOf(index)));
  await world.store.submitCandidates(aSubmission(candidates, { migrationId: id, at: at(0) }));
}

async function show(migrationId: string, index: number, view: Partial<RunView>): Promise<void> {
  const runId = `${migrationId}-${index}`;
  await world.store.claimRun(aClaim(idOf(index), runId, { migrationId }));
  await world.store.project({ ...aProjection(idOf(index), runId, { view: aView(view) }), migrationId });
}

test('every run that waits on a person is there, of all migrations, the longest wait first', async () => {
  await announce('charts', 4);
  await announce('names', 4);
  await show('charts', 0, { runState: 'awaiting_approval', who: 'reviewer', since: at(50) });
  await show('charts', 1, { runState: 'in_progress', who: 'worker', since: at(1) });
  await show('names', 0, { runState: 'awaiting_retry', who: 'operator', since: at(30) });
  await show('names', 1, { runState: 'compensating', who: 'operator', since: at(40) });
  await show('names', 2, { runState: 'compensating', who: 'worker', since: at(2) });
  await show('names', 3, { runState: 'paused', who: 'operator', since: at(3) });
  await show('charts', 2, { runState: 'awaiting_retry', who: 'nobody', since: at(4) });

  const { items, counts } = await listAttention(world)({ limit: 10 });
  expect(items.map(({ migration, candidate }) => `${migration.name} ${candidate.id}`)).toEqual([
    'Named names c-000',
    'Named names c-001',
    'Named charts c-000',
  ]);
  await show('charts', 3, { runState: 'awaiting_worker', who: 'worker', since: at(50) });
  expect((await listAttention(world)({ limit: 10 })).items).toHaveLength(4);
  expect(counts).toEqual({ awaiting_approval: 1, awaiting_retry: 1, compensating: 1 });
  expect((await listAttention(world)({ limit: 1 })).items).toHaveLength(1);
});

test('those that retry by themselves hide none that wait', async () => {
  await announce('charts', 12);
  for (let index = 0; index < 11; index += 1)
    await show('charts', index, { runState: 'awaiting_retry', who: 'nobody', since: at(index) });
  await show('charts', 11, { runState: 'awaiting_retry', who: 'operator', since: at(99) });
  const { items, counts } = await listAttention(world)({ limit: 5 });
  expect(items.map(({ candidate }) => candidate.id)).toEqual(['c-011']);
  expect(counts).toEqual({ awaiting_retry: 1 });
});

test('what a reviewer is to do elsewhere waits on a person, and what goes on there by itself does not', async () => {
  await announce('charts', 3);
  await show('charts', 0, { runState: 'pending', who: 'worker', since: at(1) });
  await show('charts', 1, { runState: 'pending', who: 'reviewer', since: at(3) });
  await show('charts', 2, { runState: 'pending', who: 'operator', since: at(2) });
  const { items, counts } = await listAttention(world)({ limit: 1 });
  expect(items.map(({ candidate }) => candidate.id)).toEqual(['c-002']);
  expect(counts).toEqual({ pending: 2 });
});

test('an export has every candidate that matches, over as many pages as it takes', async () => {
  await announce('charts', 450);
  const query = { migrationId: 'charts', labels: [], sort: 'id' } as const;
  const all = await exportCandidates(world)(query);
  expect(all.ok && new Set(all.value.map(({ id }) => id)).size).toBe(450);
  await show('charts', 7, { runState: 'paused', who: 'operator' });
  const paused = await exportCandidates(world)({ ...query, runStates: ['paused'] });
  expect(paused.ok && paused.value.map(({ id }) => id)).toEqual(['c-007']);
  expect(await exportCandidates(world)({ ...query, migrationId: 'none' })).toMatchObject({ ok: false });
});
