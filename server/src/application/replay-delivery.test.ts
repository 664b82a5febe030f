import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { aDelivery } from '../../test/contracts/delivery-log.contract.ts';
import type { Run } from '../domain/run.ts';
import { createWorkerNamer } from './name-worker.ts';
import type { Delivery } from './ports/delivery-log.ts';
import { listDeliveries } from './read-deliveries.ts';
import { replayDelivery } from './replay-delivery.ts';

let world: World;
let runId: string;
let run: Run;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one'), aStep('two')] });
  runId = (await world.start()).runId;
  run = await world.begin({ ...REF, runId });
});

const MESSAGE = { headers: {}, bytes: 1, isTruncated: false, isRedacted: false };
async function keep(over: Partial<Delivery> = {}): Promise<string> {
  const delivery = aDelivery({ ...REF, runId, stepName: 'one', phase: 'execute', attempt: 1, ...over });
  await world.deliveries.append([delivery]);
  return delivery.id;
}
const keepCallback = (body: object, over: Partial<Delivery> = {}) =>
  keep({
    ...{ direction: 'in', operation: 'callback' },
    request: { ...MESSAGE, body: JSON.stringify({ eventId: 'e-1', status: 'succeeded', ...body }) },
    ...over,
  });
const replay = async (id: string) => replayDelivery(world)({ id, actor: ANN });
const show = async (runState: 'awaiting_worker' | 'paused' | 'in_progress' | 'lost') => {
  const view = { ...run.view, status: 'running', runState } as const;
  run = await world.write({ ...run, view, outbox: { ...run.outbox, dirty: true } });
};

describe('a callback that is replayed', () => {
  test('is taken as if it came now, once, and that is written down', async () => {
    const id = await keepCallback({ outputs: { a: 1 }, operations: [{ id: 'o-1', kind: 'git.push' }] });
    expect(wordOf(await replay(id))).toBe('step-not-dispatched');
    await world.write(run);
    expect(await replay(id)).toEqual({ ok: true, value: { runId, result: 'accepted' } });
    expect(world.engine.told.at(-1)).toMatchObject({ kind: 'report', report: { status: 'succeeded' } });
    expect(await replay(id)).toEqual({ ok: true, value: { runId, result: 'duplicate' } });
    const types = await world.eventTypes();
    expect(types.filter((type) => type === 'delivery.replayed')).toHaveLength(2);
    expect(types).toContain('operation');
  });

  test('has to be whole, to come from its worker, and to be of a run', async () => {
    await world.write(run);
    const cut = { request: { ...MESSAGE, body: '', isTruncated: true } };
    const redacted = { request: { ...MESSAGE, body: '{}', isRedacted: true } };
    for (const over of [cut, redacted, { isVerified: false }, { attempt: undefined }, { runId: undefined }])
      expect(wordOf(await replay(await keepCallback({}, over)))).toBe('not-replayable');
    expect(wordOf(await replay(await keepCallback({}, { runId: 'r-9' })))).toBe('not-found');
    expect(wordOf(await replay('nothing'))).toBe('not-found');
    expect(wordOf(await replay(await keep({ operation: 'cancel-step' })))).toBe('not-replayable');
  });
});

describe('a dispatch that is replayed', () => {
  test('is delivered again by the engine while its attempt is open', async () => {
    await show('in_progress');
    expect(await replay(await keep())).toEqual({ ok: true, value: { runId, result: 'redelivered' } });
    expect(world.engine.told.at(-1)).toMatchObject({ kind: 'redeliver' });
  });

  test('wakes a run that dials by itself, and leaves alone one that is held', async () => {
    await show('awaiting_worker');
    expect(wordOf(await replay(await keep()))).toBe('ok');
    expect(world.engine.told.at(-1)).toMatchObject({ kind: 'wake' });
    await show('paused');
    expect(wordOf(await replay(await keep()))).toBe('not-waiting');
  });

  test('is refused when it never was, or is over', async () => {
    await show('in_progress');
    for (const over of [{ attempt: 2 }, { stepName: 'two' }, { stepName: 'none' }, { runId: 'r-9' }])
      expect(wordOf(await replay(await keep(over)))).toBe('step-not-dispatched');
    await show('lost');
    expect(wordOf(await replay(await keep()))).toBe('run-over');
  });

  test('says what the engine says', async () => {
    await show('in_progress');
    const id = await keep();
    world.engine.isAway = true;
    expect(wordOf(await replay(id))).toBe('unavailable');
    world.engine.isAway = false;
    world.engine.close(REF);
    expect(wordOf(await replay(id))).toBe('run-over');
  });
});

test('a cursor of another list is refused', async () => {
  expect(wordOf(await listDeliveries(world)({ limit: 1, cursor: 'made-up' }))).toBe('cursor-mismatch');
});

describe('the worker app of a callback', () => {
  const about = (over: Partial<Delivery> = {}) =>
    aDelivery({ ...REF, runId, stepName: 'one', workerApp: undefined, ...over });

  test('is the one that the manifest names for its step, and is asked for once', async () => {
    let reads = 0;
    const name = createWorkerNamer({
      getManifest: (ref) => {
        reads += 1;
        return world.store.getManifest(ref);
      },
    });
    expect([await name(about()), await name(about())]).toEqual(['charts', 'charts']);
    expect(await name(about({ stepName: 'none' }))).toBeUndefined();
    expect(reads).toBe(1);
    expect(await name(about({ workerApp: 'other' }))).toBe('other');
    for (const over of [{ isVerified: false }, { migrationId: undefined }, { candidateId: undefined }])
      expect(await name(about(over))).toBeUndefined();
    expect(await name(about({ runId: undefined }))).toBeUndefined();
    for (let run = 0; run < 201; run += 1) await name(about({ runId: `r-${run}` }));
    await name(about());
    expect(reads).toBe(203);
  });
});
