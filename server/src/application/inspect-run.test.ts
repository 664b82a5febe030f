import { beforeEach, describe, expect, test } from 'vitest';
import { CANDIDATE, createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { AN_INSPECTION, createScriptedInspector } from '../../test/builders/scripted-inspector.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { inspectRun } from './inspect-run.ts';
import type { RunRef } from './ports/refs.ts';

let world: World;
let inspector: ReturnType<typeof createScriptedInspector>;
let run: RunRef;
beforeEach(async () => {
  world = createWorld();
  inspector = createScriptedInspector();
  await world.announce({ steps: [aStep('build'), aStep('values')] });
  run = await world.start();
});
const ask = (more: object = {}) =>
  inspectRun({ ...world, inspector })({ ...run, kinds: [], limit: 50, ...more });

async function end(outcome: 'completed' | 'cancelled'): Promise<void> {
  const at = world.clock.now().toISOString();
  const status = outcome === 'completed' ? 'completed' : 'not_started';
  await world.store.project({
    ...{ ...run, seq: 99, at, attempts: [], events: [], ended: { outcome, reason: 'Because.' } },
    view: { status, since: at },
  });
}

describe('inspecting a run', () => {
  test('gives what the engine has beside what the store has', async () => {
    expect(await ask({ kinds: ['step'], cursor: 'c' })).toMatchObject({
      ok: true,
      value: {
        ...AN_INSPECTION,
        runId: run.runId,
        workflowId: expect.stringContaining(CANDIDATE),
        asOf: world.clock.now().toISOString(),
        stored: { status: 'not_started', runState: 'queued' },
      },
    });
    expect(inspector.queries).toEqual([
      { run, stepNames: ['build', 'values'], kinds: ['step'], limit: 50, cursor: 'c' },
    ]);
  });

  test.each([
    ['completed', 'completed'],
    ['cancelled', 'not_started'],
  ] as const)('a run that is over and %s is shown as it ended', async (outcome, status) => {
    await end(outcome);
    const shown = await ask();
    expect(shown).toMatchObject({ value: { stored: { outcome, status, reason: 'Because.' } } });
  });

  test('a timer that the history does not explain is what such a run waits for', async () => {
    const { firesAt, startedAt } = AN_INSPECTION.timers[0] ?? { firesAt: '', startedAt: '' };
    const { history, pendingActivities, entries } = AN_INSPECTION;
    inspector.answer = {
      kind: 'found',
      inspection: {
        ...{ state: 'running', history, pendingActivities, entries, timers: [{ firesAt, startedAt }] },
        link: 'http://temporal.test/older',
      },
    };
    const at = world.clock.now().toISOString();
    await world.store.project({
      ...{ ...run, seq: 50, at, attempts: [], events: [] },
      view: { status: 'running', runState: 'awaiting_approval', since: at },
    });
    expect(await ask()).toMatchObject({
      value: {
        timers: [{ text: 'reminder or escalation of the review' }],
        link: 'http://temporal.test/older',
      },
    });
    await end('cancelled');
    expect(await ask()).toMatchObject({
      value: { timers: [{ text: expect.stringContaining('looks again') }] },
    });
  });

  test('what the engine has not, or no longer, is said', async () => {
    inspector.answer = { kind: 'none' };
    expect(await ask()).toMatchObject({
      value: { state: 'not_found', note: expect.stringContaining('started within seconds'), entries: [] },
    });
    await end('completed');
    expect(await ask()).toMatchObject({
      value: { state: 'not_found', note: expect.stringContaining('no longer has'), timers: [] },
    });
  });

  test('an engine that is away, and a cursor of another list, are refused', async () => {
    inspector.answer = { kind: 'unavailable' };
    expect(await ask()).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 5 } });
    inspector.answer = { kind: 'cursor-mismatch' };
    expect(wordOf(await ask())).toBe('cursor-mismatch');
  });

  test('a candidate or a run that never was is not found', async () => {
    expect(wordOf(await ask({ runId: 'none' }))).toBe('not-found');
    expect(wordOf(await ask({ ...REF, candidateId: 'none' }))).toBe('not-found');
    expect(inspector.queries).toEqual([]);
  });
});
