import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { anAttempt, anEvent, aProjection, aStep, at, MIGRATION } from '../../test/contracts/builders.ts';
import { getMigration, listMigrations } from './describe-migration.ts';
import type { CandidateQuery } from './ports/candidate-pages.ts';
import {
  getCandidate,
  listCandidateEvents,
  listCandidates,
  listEvents,
  listLabelValues,
  listRuns,
} from './read-candidates.ts';

const GHOST = { ...REF, candidateId: 'org/ghost' };

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce({}, { labels: { team: 'blue' } });
});

describe('a list of candidates', () => {
  const list = (query: Partial<CandidateQuery> = {}) =>
    listCandidates(world)({ migrationId: MIGRATION, labels: [], sort: 'id', limit: 9, ...query });

  test('has what fits', async () => {
    expect(await list({ labels: [['team', 'blue']] })).toMatchObject({
      ok: true,
      value: { items: [{ id: 'org/web' }], total: 1 },
    });
    expect(await list({ labels: [['team', 'red']] })).toMatchObject({
      ok: true,
      value: { items: [], total: 0 },
    });
  });

  test.each([
    [{ migrationId: 'ghost' }, 'not-found'],
    [{ cursor: 'made up' }, 'cursor-mismatch'],
    [{ labels: [['colour', 'red']] as const }, 'unknown-filter'],
  ])('by %j is refused as %s', async (query, word) => {
    expect(wordOf(await list(query))).toBe(word);
  });
});

test('the values of labels are listed for a migration that is known', async () => {
  expect(await listLabelValues(world)(MIGRATION)).toMatchObject({
    ok: true,
    value: [
      { key: 'team', values: [{ value: 'blue', count: 1 }] },
      { key: 'tier', values: [] },
    ],
  });
  expect(wordOf(await listLabelValues(world)('ghost'))).toBe('not-found');
});

describe('a candidate', () => {
  test('is read with all that is known of it', async () => {
    expect(await getCandidate(world)(REF)).toMatchObject({
      ok: true,
      value: { id: 'org/web', labels: { team: 'blue' } },
    });
  });

  test('that is not there is named, and an id that cannot be one is called invalid', async () => {
    expect(await getCandidate(world)(GHOST)).toMatchObject({
      problem: { word: 'not-found', detail: 'There is no candidate "org/ghost" in migration "charts".' },
    });
    expect(await getCandidate(world)({ ...REF, candidateId: ' ' })).toMatchObject({
      problem: { word: 'invalid-request', errors: [{ path: 'candidateId' }] },
    });
  });
});

describe('the runs of a candidate', () => {
  test('are listed', async () => {
    const { runId } = await world.start();

    expect(await listRuns(world)(REF, { limit: 9 })).toMatchObject({
      value: { items: [{ runId }], total: 1 },
    });
  });

  test('are refused where candidate or cursor do not fit', async () => {
    expect(wordOf(await listRuns(world)(GHOST, { limit: 9 }))).toBe('not-found');
    expect(wordOf(await listRuns(world)(REF, { limit: 9, cursor: 'made up' }))).toBe('cursor-mismatch');
  });
});

describe('events', () => {
  test('are listed for all, and for a candidate', async () => {
    await world.start();

    expect(await listEvents(world)({ limit: 9 })).toMatchObject({
      value: { items: [{ type: 'run.requested' }] },
    });
    expect(await listCandidateEvents(world)({ ...REF, limit: 9 })).toMatchObject({
      value: { items: [{ type: 'run.requested', candidateId: 'org/web' }] },
    });
  });

  test('of an attempt that ended have what its worker said of it, in short where that is long', async () => {
    await world.announce({ steps: [aStep('one')] });
    const run = await world.start();
    const ended = { endedAt: at(90), outcome: 'failed', message: 'The name is taken.' } as const;
    const long = anAttempt({ ...ended, attempt: 2, message: `Out of space ${'x'.repeat(600)}` });
    const attempts = [anAttempt(ended), long];
    await world.store.project(aProjection(REF.candidateId, run.runId, { attempts }));
    for (const attempt of [1, 2, 3])
      await world.events.append(
        anEvent({
          type: 'step.failed',
          at: at(90 + attempt),
          ...run,
          stepName: 'one',
          phase: 'execute',
          attempt,
        }),
      );
    const listed = await listCandidateEvents(world)({ ...REF, limit: 3 });
    const messages = listed.ok ? listed.value.items.map(({ message }) => message) : [];
    expect(messages).toEqual([
      undefined,
      expect.stringMatching(/^Out of space x{487}…$/),
      'The name is taken.',
    ]);
  });

  test('are refused where candidate or cursor do not fit', async () => {
    expect(wordOf(await listEvents(world)({ limit: 9, cursor: 'made up' }))).toBe('cursor-mismatch');
    expect(wordOf(await listCandidateEvents(world)({ ...GHOST, limit: 9 }))).toBe('not-found');
  });
});

describe('a migration', () => {
  test('is described with its counts and live instances', async () => {
    await world.enlist();
    await world.start();

    expect(await getMigration(world)(MIGRATION)).toMatchObject({
      value: {
        migration: { id: MIGRATION },
        counts: { total: 1, runState: { queued: 1 } },
        instances: { live: 1, draining: 0, drained: 0 },
      },
    });
    expect(wordOf(await getMigration(world)('ghost'))).toBe('not-found');
  });

  test('is listed by id', async () => {
    await world.announce({ id: 'another' });

    expect(await listMigrations(world)({ limit: 9 })).toMatchObject({
      value: { items: [{ migration: { id: 'another' } }, { migration: { id: MIGRATION } }], total: 2 },
    });
    expect(wordOf(await listMigrations(world)({ limit: 9, cursor: 'made up' }))).toBe('cursor-mismatch');
  });
});
