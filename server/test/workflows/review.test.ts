import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/event.ts';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, expectOk, review, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const BEN: Actor = { kind: 'person', id: 'ben' };

describe('a review that several people have to approve', () => {
  test('waits for so many different ones, and keeps who approved', async () => {
    const run = await loom.start([{ ...review('check'), review: { approvals: 2 } }]);
    await run.shows('awaiting_approval');
    expectOk(await run.decide('check', 'approved', 'Looks right.'));
    await run.shows('awaiting_approval', { reason: '1 of 2 approvals; waits for 1 more.' });
    expect(await run.decide('check', 'approved')).toMatchObject({
      ok: false,
      problem: { word: 'not-waiting', detail: 'ann has approved "check" already; somebody else has to.' },
    });
    expectOk(await run.decide('check', 'approved', undefined, BEN));
    await run.ends('completed');

    const [attempt] = (await run.steps()).steps[0]?.attempts ?? [];
    expect(attempt?.metadata).toMatchObject({
      approvals: [{ actor: { id: 'ann' }, comment: 'Looks right.' }, { actor: { id: 'ben' } }],
    });
  });

  test('is failed by one who rejects, and begins anew when it is retried', async () => {
    const run = await loom.start([{ ...review('check'), review: { approvals: 2 } }]);
    await run.shows('awaiting_approval');
    expectOk(await run.decide('check', 'approved'));
    expectOk(await run.decide('check', 'rejected', 'Wrong chart.', BEN));
    await run.shows('awaiting_retry', { reason: 'Rejected: Wrong chart.' });
    expectOk(await run.retry('check'));
    await run.shows('awaiting_approval', { attempt: 2 });
    expectOk(await run.decide('check', 'approved'));
    await run.shows('awaiting_approval', { reason: '1 of 2 approvals; waits for 1 more.' });
    await run.cancel();
    await run.ends('not_started');
  });
});

describe('a review that has a condition', () => {
  test('is skipped where it does not hold, also by what an earlier step gave', async () => {
    loom.dispatcher.script = () => done('succeeded', { outputs: { risky: false } });
    const run = await loom.start([
      step('build'),
      { ...review('check'), when: 'outputs.build.risky' },
      { ...review('look'), when: 'candidate.id == "other"' },
      step('after'),
    ]);
    await run.ends('completed');

    expect(run.dials().map(({ stepName }) => stepName)).toEqual(['build', 'after']);
    expect((await run.steps()).steps.slice(1, 3)).toMatchObject([
      { state: 'skipped', attempts: [{ message: 'The condition does not hold: outputs.build.risky' }] },
      { state: 'skipped' },
    ]);
    expect(await run.eventTypes()).not.toContain('review.requested');
  });

  test('waits for people where it holds, though its worker is away', async () => {
    const run = await loom.start([
      { ...review('check'), workerApp: 'ghost', when: 'candidate.kind == "repository"' },
    ]);
    await run.shows('awaiting_approval', { step: 'check', who: 'reviewer' });
    expect(run.dials()).toEqual([]);
    expectOk(await run.decide('check', 'approved'));
    await run.ends('completed');
  });
});

test('a review that nobody decides on reminds, then escalates to an operator, and is never approved', async () => {
  const times = { approvals: 1, remindAfterMs: 1_000, escalateAfterMs: 2_000 };
  const run = await loom.start([{ ...review('check'), review: times }]);
  await run.shows('awaiting_approval', { who: 'reviewer', reason: 'Still waits for a decision.' });
  await run.shows('awaiting_approval', { who: 'operator' });
  expect(await run.eventTypes()).toEqual(expect.arrayContaining(['review.reminded', 'review.escalated']));
  expectOk(await run.decide('check', 'approved'));
  await run.ends('completed');
});
