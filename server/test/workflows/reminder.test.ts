import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { done } from '../builders/scripted-dispatcher.ts';
import { type EngineHarness, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

const remindersOf = async (run: TestRun) => {
  const page = await loom.deps.events.list({ ...run.ref, limit: 200 });
  return page.kind === 'page' ? page.items.filter(({ type }) => type === 'step.reminded') : [];
};

describe('a step that reminds', () => {
  test('says once that it takes longer than expected, and is done as any other', async () => {
    loom.dispatcher.script = ({ stepName }) => (stepName === 'one' ? { kind: 'accepted' } : done());
    const run = await loom.start([step('one', { remindAfterMs: 1_000 }), step('two')]);
    await run.shows('in_progress', { reason: 'Takes longer than expected.', who: 'worker' });
    await run.callback('one', 'succeeded');
    await run.ends('completed');

    expect(await remindersOf(run)).toMatchObject([{ stepName: 'one', attempt: 1, phase: 'execute' }]);
  });

  test('does so after continue-as-new, and a pause that begins meanwhile holds nothing up', async () => {
    const run = await loom.start([step('one', { remindAfterMs: 4_000 })]);
    await run.shows('in_progress');
    await loom.continueAsNew(run);
    await run.pause();
    await run.shows('in_progress', { reason: 'Takes longer than expected.', pauseRequested: true });

    expect(await remindersOf(run)).toHaveLength(1);
  });
});
