import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { anAttempt, anEvent, aProjection, aStep, at, MIGRATION } from '../../test/contracts/builders.ts';
import { aDelivery } from '../../test/contracts/delivery-log.contract.ts';
import { getTimeline, type TimelineQuery } from './get-timeline.ts';
import { startRun } from './start-run.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const RUN = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';

let world: World;
beforeEach(async () => {
  world = createWorld();
  world.newId = () => RUN;
  await world.announce({ steps: [aStep('one'), aStep('two')] });
  const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
  await startRun(world)({ ...REF, inputs: {}, actor: ANN, traceparent });
});
const get = (id: string, more: Partial<TimelineQuery> = {}) =>
  getTimeline(world)({ id, sources: [], outcomes: [], order: 'oldest', limit: 50, ...more });
async function read(id: string, more: Partial<TimelineQuery> = {}) {
  const found = await get(id, more);
  if (!found.ok) throw new Error(found.problem.detail);
  return found.value;
}
const ofRun = { ...REF, runId: RUN };
const typesOf = async (id: string, more: Partial<TimelineQuery> = {}) =>
  (await read(id, more)).items.map(({ type }) => type);
const log = (type: string, second: number, more: object = {}) =>
  world.events.append(anEvent({ type, at: at(second), ...ofRun, ...more }));

describe('a timeline', () => {
  test('tells what happened and what was said in the order of time', async () => {
    await log('step.dispatched', 70);
    await log('step.failed', 90);
    const dispatch = aDelivery({ ...ofRun, at: at(80) });
    await world.deliveries.append([dispatch, aDelivery({ runId: 'other', at: at(80) })]);
    const { items, subject, total, isCut, nextCursor } = await read(RUN);
    expect(items.map(({ type }) => type)).toEqual([
      ...['run.requested', 'step.dispatched', 'delivery.dispatch-step', 'step.failed'],
    ]);
    expect(items[2]).toMatchObject({ deliveryId: dispatch.id, stepName: 'swap', durationMs: 12 });
    expect(subject).toMatchObject({ kind: 'run', runs: [ofRun] });
    expect([total, isCut, nextCursor]).toEqual([4, false, undefined]);
  });

  test('says with the end of an attempt what its worker said of it', async () => {
    const failed = anAttempt({ endedAt: at(90), outcome: 'failed', message: 'The name\nis taken.' });
    await world.store.project(aProjection(REF.candidateId, RUN, { attempts: [failed] }));
    await log('step.failed', 90, { stepName: 'one', attempt: 1, phase: 'execute' });
    await log('step.failed', 91, { stepName: 'one', attempt: 2, phase: 'execute' });
    await log('step.skipped', 92, { stepName: 'one', attempt: 1, data: { message: 'Its own.' } });
    expect((await read(RUN)).items.slice(1).map(({ text }) => text)).toEqual([
      'Step one failed: The name is taken.',
      'Step one failed.',
      'Step one was skipped: Its own.',
    ]);
  });

  test('is filtered by source and outcome, and paged under one filter', async () => {
    for (let second = 70; second < 77; second += 1) await log('step.failed', second);
    await log('operation', 80, { data: { kind: 'git.push', result: 'ok' } });
    expect(await typesOf(RUN, { sources: ['git', 'forge'] })).toEqual(['operation']);
    expect(await typesOf(RUN, { outcomes: ['succeeded', 'noted'] })).toEqual(['run.requested', 'operation']);
    const failed = { outcomes: ['failed'], limit: 4 } as const;
    const first = await read(RUN, failed);
    expect([first.items.length, first.total]).toEqual([4, 7]);
    const second = await read(RUN, { ...failed, cursor: first.nextCursor });
    expect(second.items.map(({ at: when }) => when)).toEqual([74, 75, 76].map(at));
    expect(second.nextCursor).toBeUndefined();
    for (const cursor of [first.nextCursor, 'made-up'])
      expect(wordOf(await get(RUN, { cursor }))).toBe('cursor-mismatch');
  });

  test('begins with the newest where that is asked for, and goes back without losing any to what happens meanwhile', async () => {
    for (let second = 70; second < 77; second += 1) await log('step.failed', second);
    const newest = { order: 'newest', outcomes: ['failed'], limit: 4 } as const;
    const first = await read(RUN, newest);
    expect(first.items.map(({ at: when }) => when)).toEqual([76, 75, 74, 73].map(at));
    await log('step.failed', 80);
    const second = await read(RUN, { ...newest, cursor: first.nextCursor });
    expect(second.items.map(({ at: when }) => when)).toEqual([72, 71, 70].map(at));
    expect([second.nextCursor, second.total]).toEqual([undefined, 8]);
    // The same cursor would go the other way.
    const other = { ...newest, order: 'oldest', cursor: first.nextCursor } as const;
    expect(wordOf(await get(RUN, other))).toBe('cursor-mismatch');
    const placeless = first.nextCursor?.split('~')[0];
    expect(wordOf(await get(RUN, { ...newest, cursor: placeless }))).toBe('cursor-mismatch');
  });

  test('of a trace that is nowhere does not look through the whole log', async () => {
    let pages = 0;
    const list: World['events']['list'] = async () => {
      pages += 1;
      // As a long log answers where nothing of what it looked through matches.
      return { kind: 'page', items: [], nextCursor: pages < 1_000 ? String(pages) : undefined };
    };
    const events = { ...world.events, list };
    const unknown = { id: 'f'.repeat(32), sources: [], outcomes: [], order: 'oldest', limit: 50 } as const;
    expect(await getTimeline({ ...world, events })(unknown)).toMatchObject({
      problem: { word: 'not-found', detail: expect.stringContaining('newest part of the log') },
    });
    expect(pages).toBe(10);
  });

  test('of a trace that started a run has that run, also when nothing of it is kept any more', async () => {
    const list: World['events']['list'] = async () => ({ kind: 'page', items: [] });
    const query = { id: TRACE, sources: [], outcomes: [], order: 'newest', limit: 50 } as const;
    expect(await getTimeline({ ...world, events: { ...world.events, list } })(query)).toMatchObject({
      value: { subject: { kind: 'trace', runs: [ofRun] }, items: [], total: 0 },
    });
  });

  test('is found by trace, pull request, delivery and candidate', async () => {
    const prUrl = 'https://forge.test/acme/billing/pull/42';
    await world.store.project(
      aProjection(REF.candidateId, RUN, { attempts: [anAttempt({ metadata: { prUrl } })] }),
    );
    const delivery = aDelivery({ ...ofRun, id: '01931f6a-2c9b-7d53-9b3a-000000000001' });
    await world.deliveries.append([delivery]);
    for (const [id, kind] of [
      [RUN.toUpperCase(), 'run'],
      [TRACE, 'trace'],
      [` ${TRACE.toUpperCase()} `, 'trace'],
      [`${prUrl}/files`, 'pull-request'],
      ['acme/billing#42', 'pull-request'],
      [delivery.id, 'delivery'],
      [`${MIGRATION}/${REF.candidateId}`, 'candidate'],
    ] as const) {
      const { subject, items } = await read(id);
      expect([subject.kind, items.map(({ type }) => type)]).toEqual([
        kind,
        expect.arrayContaining(['run.requested', 'delivery.dispatch-step']),
      ]);
      expect(new Set(items.map(({ id: one }) => one)).size).toBe(items.length);
    }
  });

  test('of a delivery that belongs to no run is that delivery alone', async () => {
    const stray = { id: '01931f6a-2c9b-7d53-9b3a-000000000002', isVerified: false };
    const discovery = {
      id: '01931f6a-2c9b-7d53-9b3a-000000000003',
      runId: undefined,
      traceId: 'a'.repeat(32),
    };
    await world.deliveries.append([aDelivery({ ...ofRun, ...stray }), aDelivery(discovery)]);
    for (const { id } of [stray, discovery]) {
      const { items, subject } = await read(id);
      expect(items.map(({ deliveryId }) => deliveryId)).toEqual([id]);
      expect(subject).toMatchObject({ kind: 'delivery', runs: [], deliveryId: id });
    }
    expect(await typesOf('a'.repeat(32))).toEqual(['delivery.dispatch-step']);
  });

  test('of what nobody knows is not found', async () => {
    for (const id of [
      ...['01931f6a-2c9b-7d53-9b3a-ffffffffffff', 'b'.repeat(32), 'https://forge.test/a/b/pull/1', 'a/b#1'],
      ...[`${MIGRATION}/nobody`, `${MIGRATION}/`, 'nothing', '/x', 'Not Slug/x'],
    ])
      expect([id, wordOf(await get(id))]).toEqual([id, 'not-found']);
  });

  test('says when there is too much to read', async () => {
    for (let count = 0; count < 2_001; count += 1) await log('step.failed', 70);
    expect(await read(RUN)).toMatchObject({ isCut: true, total: 2_000 });
    const breaks = {
      ...world,
      events: { ...world.events, list: async () => ({ kind: 'cursor-mismatch' }) as const },
    };
    const query = { id: RUN, sources: [], outcomes: [], order: 'newest', limit: 5 } as const;
    await expect(getTimeline(breaks)(query)).rejects.toThrow('cursor');
  });
});
