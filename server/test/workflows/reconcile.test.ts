import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EngineRun } from '../../src/application/ports/run-engine.ts';
import { outlineOf } from '../../src/domain/step.ts';
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

test('open runs are listed in pages, with what they were started under', async () => {
  const run = await loom.claimOnly(await loom.prepare([step('one')]));
  await loom.engine.start(run.ref, { revision: 'the-revision', steps: [outlineOf(step('one'))] }, undefined);
  const listAll = async () => {
    const runs: EngineRun[] = [];
    let cursor: string | undefined;
    do {
      const page = await loom.engine.listOpen(cursor, 7);
      runs.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return runs;
  };

  // What Temporal lists is a moment behind.
  await vi.waitFor(
    async () => expect(await listAll()).toContainEqual({ ...run.ref, revision: 'the-revision' }),
    {
      timeout: 10_000,
    },
  );
  await run.handle.terminate();
  await vi.waitFor(
    async () => expect(await listAll()).not.toContainEqual(expect.objectContaining({ runId: run.ref.runId })),
    { timeout: 10_000 },
  );
});

test('runs that are over are listed by their migration, and the newest of a candidate is known', async () => {
  const run = await loom.claimOnly(await loom.prepare([step('one')]));
  expect(await loom.engine.latest(run.ref)).toBe('none');
  await loom.engine.start(run.ref, { revision: 'the-revision', steps: [outlineOf(step('one'))] }, undefined);
  await run.shows('in_progress');
  expect(await loom.engine.latest(run.ref)).toEqual({ runId: run.ref.runId, isOpen: true });
  const listClosed = async (migrationId: string) =>
    (await loom.engine.listClosed(migrationId, undefined, 5)).items;
  expect(await listClosed(run.ref.migrationId)).toEqual([]);
  await run.callback('one', 'succeeded');
  await run.ends('completed');

  await vi.waitFor(
    async () =>
      expect(await listClosed(run.ref.migrationId)).toEqual([{ ...run.ref, revision: 'the-revision' }]),
    { timeout: 10_000 },
  );
  // Another that begins alike.
  expect(await listClosed(run.ref.migrationId.slice(0, -1))).toEqual([]);
  expect(await loom.engine.latest(run.ref)).toEqual({ runId: run.ref.runId, isOpen: false });
  expect(await loom.engine.progress(run.ref)).toMatchObject({
    ...{ view: { status: 'completed' }, ended: { outcome: 'completed' }, bareSteps: [0], isWritten: true },
    ...{ isRollback: false, isRefused: false, inputsVersion: 1 },
  });
});
