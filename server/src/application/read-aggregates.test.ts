import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World, wordOf } from '../../test/builders/application-world.ts';
import { aDefinition, anAnnouncement, aStep, at, MIGRATION } from '../../test/contracts/builders.ts';
import { DAY_MS } from '../domain/burndown.ts';
import {
  compareRevisions,
  getBurndown,
  getRevision,
  listFailures,
  listRevisions,
} from './read-aggregates.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.store.announce(anAnnouncement());
  await world.store.announce(
    anAnnouncement({ definition: aDefinition({ steps: [aStep('swap')] }), revision: 'rev-2', at: at(5) }),
  );
});

describe('counts over time', () => {
  test('are read from a time on', async () => {
    const read = (from?: string) => getBurndown(world)({ migrationId: MIGRATION, resolution: 'day', from });
    expect(await read()).toMatchObject({ ok: true, value: [{ completed: 0 }] });
    const { now } = world.clock;
    const from = new Date(now().getTime() - DAY_MS).toISOString();
    expect(await read(from)).toMatchObject({ ok: true, value: [{ completed: 0 }] });
    expect(await read('2026-02-31T25:00:00.000Z')).toMatchObject({
      problem: { word: 'invalid-request', errors: [{ path: 'from' }] },
    });
  });

  test('of an unknown migration are refused', async () => {
    expect(wordOf(await getBurndown(world)({ migrationId: 'ghost', resolution: 'day' }))).toBe('not-found');
  });
});

describe.each([
  ['failures', listFailures, 0],
  ['revisions', listRevisions, 2],
] as const)('a list of %s', (_, list, total) => {
  test('is paged', async () => {
    expect(await list(world)({ migrationId: MIGRATION, limit: 9 })).toMatchObject({
      ok: true,
      value: { total },
    });
  });

  test.each([
    [{ migrationId: 'ghost' }, 'not-found'],
    [{ cursor: 'made up' }, 'cursor-mismatch'],
  ])('by %j is refused as %s', async (query, word) => {
    expect(wordOf(await list(world)({ migrationId: MIGRATION, limit: 9, ...query }))).toBe(word);
  });
});

describe('a revision', () => {
  const ref = { migrationId: MIGRATION, revision: 'rev-2' };

  test('is read whole, and compared with another', async () => {
    expect(await getRevision(world)(ref)).toMatchObject({ ok: true, value: { steps: [{ name: 'swap' }] } });
    expect(await compareRevisions(world)({ ...ref, from: 'rev-1' })).toMatchObject({
      ok: true,
      value: {
        steps: [
          { name: 'prepare', change: 'removed' },
          { name: 'clean', change: 'removed' },
        ],
      },
    });
  });

  test('that never was is refused, whichever it is', async () => {
    expect(wordOf(await getRevision(world)({ ...ref, revision: 'none' }))).toBe('not-found');
    expect(wordOf(await compareRevisions(world)({ ...ref, from: 'none' }))).toBe('not-found');
    expect(wordOf(await compareRevisions(world)({ ...ref, from: 'rev-1', revision: 'none' }))).toBe(
      'not-found',
    );
  });
});
