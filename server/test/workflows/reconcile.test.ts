import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EngineHarness, startEngineHarness, step } from './engine-harness.ts';

let loom: EngineHarness;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());

test('the reconcile workflow goes through every migration, however many, and repairs what it finds', async () => {
  const claims = [];
  for (let migrations = 0; migrations < 30; migrations += 1)
    claims.push(await loom.claimOnly(await loom.prepare([step('one')])));
  const handle = await loom.client.workflow.start('reconcile', {
    taskQueue: loom.taskQueue,
    workflowId: `reconcile-${loom.taskQueue}`,
    args: [{}],
  });
  const { runId: first } = await handle.describe();
  await handle.result();

  for (const run of claims) await run.shows('in_progress');
  // Long enough to continue as new, where it goes on at the migration it had come to.
  expect((await handle.describe()).runId).not.toBe(first);
  expect(loom.dispatcher.dials).toHaveLength(claims.length);
});
