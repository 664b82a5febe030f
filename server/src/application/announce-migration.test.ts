import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World, wordOf } from '../../test/builders/application-world.ts';
import { aCandidate, aDefinition, aStep, MIGRATION } from '../../test/contracts/builders.ts';
import type { MigrationDefinition } from '../domain/migration.ts';
import { type AnnounceMigrationCommand, announceMigration } from './announce-migration.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
function announce(
  definition: Partial<MigrationDefinition> = {},
  more: Partial<AnnounceMigrationCommand> = {},
) {
  return announceMigration(world)({
    definition: aDefinition(definition),
    instanceId: 'one',
    workerUrl: 'http://worker.test/one',
    singleInstance: false,
    candidates: [],
    ...more,
  });
}

describe('an announcement', () => {
  test('keeps the migration under its revision and leases the instance', async () => {
    const announced = await announce({ version: '1.2.0' });

    expect(announced).toMatchObject({
      ok: true,
      value: {
        migration: {
          migration: { id: MIGRATION },
          counts: { total: 0 },
          instances: { live: 1, draining: 0, drained: 0 },
        },
        leaseSeconds: 30,
        heartbeatSeconds: 10,
        findings: [],
      },
    });
    const revision = (await world.store.getMigration(MIGRATION))?.revision ?? '';
    expect(revision).toMatch(/^[0-9a-f]{64}$/);
    expect(await world.directory.list()).toMatchObject([
      { workerApp: 'charts', instances: [{ instanceId: 'one', version: '1.2.0', revisions: [revision] }] },
    ]);
  });

  test('of what is new to the engine too leaves nothing to compare with it', async () => {
    await announce();

    expect(await world.store.isCompared(MIGRATION)).toBe(true);
  });

  test('leaves to the check what the engine may know of it', async () => {
    world.engine.isAway = true;
    await announce();
    expect(await world.store.isCompared(MIGRATION)).toBe(false);

    world.engine.isAway = false;
    const run = { migrationId: MIGRATION, candidateId: 'a', runId: 'r', revision: undefined };
    world = createWorld();
    world.engine.listClosed = async () => ({ items: [run] });
    await announce();
    expect(await world.store.isCompared(MIGRATION)).toBe(false);
  });

  test('says in an event that it is new, then that it was revised, and nothing when it is the same', async () => {
    await announce();
    await announce();
    await announce({ steps: [aStep('other')] });

    expect(await world.eventTypes()).toEqual(['migration.announced', 'migration.revised']);
  });

  test('has its event also when the process dies right after the migration was kept', async () => {
    const dies = () => Promise.reject(new Error('killed'));
    const dying = { ...world, directory: { ...world.directory, announce: dies } };
    const command = {
      ...{ definition: aDefinition(), instanceId: 'one', workerUrl: 'http://worker.test/one' },
      ...{ singleInstance: false, candidates: [] },
    };
    await expect(announceMigration(dying)(command)).rejects.toThrow('killed');

    expect(await announce()).toMatchObject({ ok: true });
    expect(await world.eventTypes()).toEqual(['migration.announced']);
  });

  test('has a revision that depends on steps, inputs and label keys alone', async () => {
    const revisionOf = async (definition: Partial<MigrationDefinition>) => {
      await announce(definition);
      return (await world.store.getMigration(MIGRATION))?.revision;
    };
    const first = await revisionOf({});

    expect(await revisionOf({ name: 'Other', owner: 'ann' })).toBe(first);
    expect(await revisionOf({ labelKeys: ['team'] })).not.toBe(first);
    expect(await revisionOf({})).toBe(first);
  });

  test('merges candidates and touches neither status nor inputs of those that are known (trap 9)', async () => {
    await announce({}, { candidates: [aCandidate('org/web')] });
    await world.store.setInputs(
      { migrationId: MIGRATION, candidateId: 'org/web' },
      { a: 1 },
      { at: '', type: 't', actor: { kind: 'person', id: 'ann' } },
    );
    await announce(
      {},
      { candidates: [aCandidate('org/web', { labels: { team: 'red' } }), aCandidate('org/api')] },
    );

    expect(await world.store.getCandidate({ migrationId: MIGRATION, candidateId: 'org/web' })).toMatchObject({
      inputs: { a: 1 },
      labels: { team: 'red' },
    });
    expect((await world.store.countCandidates(MIGRATION)).total).toBe(2);
  });
});

describe('an announcement is refused whole', () => {
  test('when it has an error, with every finding, and nothing is changed (trap 12)', async () => {
    const refused = await announce(
      {
        steps: [aStep('one', { compensable: true }), aStep('one')],
        capabilities: { dryRun: false, compensate: false, cancel: false, discover: false },
      },
      { candidates: [aCandidate('..')] },
    );

    expect(refused).toMatchObject({
      problem: {
        word: 'invalid-request',
        detail: 'The announcement has 2 error(s); nothing was changed.',
        errors: [{ path: '/steps/1/name' }, { path: '/candidates/0/id' }],
        findings: [
          { path: '/steps/1/name' },
          { path: '/capabilities/compensate', severity: 'warning' },
          { path: '/candidates/0/id' },
        ],
      },
    });
    expect(await world.store.getMigration(MIGRATION)).toBeUndefined();
    expect(await world.directory.list()).toEqual([]);
  });

  test('when another worker app owns the migration', async () => {
    await announce();

    expect(await announce({ workerApp: 'other' })).toMatchObject({
      problem: { word: 'owned-by', detail: '"charts" is announced by the worker app "charts".' },
    });
  });

  test('when there are as many migrations as there may be', async () => {
    for (const id of ['a', 'b', 'c']) await announce({ id });

    expect(wordOf(await announce({ id: 'd' }))).toBe('too-many-migrations');
    expect(wordOf(await announce({ id: 'a' }))).toBe('ok');
  });
});

describe('an announcement is warned, and taken,', () => {
  const findingsOf = async (...given: Parameters<typeof announce>) => {
    const announced = await announce(...given);
    if (!announced.ok) throw new Error(announced.problem.detail);
    return announced.value.findings;
  };

  test('when its worker cannot be reached', async () => {
    world.dispatcher.unhealthy = 'Connection refused.';

    expect(await findingsOf()).toEqual([
      {
        severity: 'warning',
        path: '/workerUrl',
        message: 'Connection refused. Steps wait until it answers.',
      },
    ]);
  });

  test('and what was found stays with the instance, until its next announcement', async () => {
    const found = async () => (await world.directory.list())[0]?.instances[0]?.findings;
    await announce({ steps: [aStep('one', { workerApp: 'charts' }), aStep('two', { workerApp: 'ghost' })] });
    expect(await found()).toMatchObject([
      { migrationId: MIGRATION, severity: 'warning', path: '/steps/1/workerApp' },
    ]);
    await announce({ steps: [aStep('one', { workerApp: 'charts' })] });
    expect(await found()).toEqual([]);
  });

  test('when a step names a worker app that nobody has announced', async () => {
    const steps = [
      aStep('one'),
      aStep('two', { workerApp: 'ghost' }),
      aStep('three', { workerApp: 'ghost' }),
    ];

    expect(await findingsOf({ steps })).toMatchObject([{ severity: 'warning', path: '/steps/1/workerApp' }]);
  });

  test('when its condition of one instance does not hold', async () => {
    await world.enlist('other');

    expect(await findingsOf({}, { singleInstance: true })).toMatchObject([
      { severity: 'warning', path: '/instanceId' },
    ]);
    await world.directory.withdraw('charts', 'other');
    expect(await findingsOf({}, { singleInstance: true })).toEqual([]);
    world.clock.advance(31_000);
    expect(await findingsOf({}, { singleInstance: true })).toEqual([]);
  });

  test('when a label has too many values to be filtered by', async () => {
    const candidates = Array.from({ length: 501 }, (_, n) =>
      aCandidate(`org/${n}`, { labels: { team: `t${n}` } }),
    );

    expect(await findingsOf({}, { candidates })).toMatchObject([
      { severity: 'warning', path: '/labelKeys', message: expect.stringContaining('"team"') },
    ]);
  });

  test('without candidates when the migration vanished in between', async () => {
    world = createWorld((store) => ({
      ...store,
      submitCandidates: async () => ({ kind: 'unknown-migration' }),
    }));

    expect(await findingsOf({}, { candidates: [aCandidate('org/web')] })).toEqual([]);
  });
});
