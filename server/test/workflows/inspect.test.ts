import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTemporalRunInspector } from '../../src/adapters/temporal/temporal-run-inspector.ts';
import { type InspectRunQuery, inspectRun, type RunInspection } from '../../src/application/inspect-run.ts';
import type { RunInspector } from '../../src/application/ports/run-inspector.ts';
import { type EngineHarness, expectOk, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
let inspector: RunInspector;
beforeAll(async () => {
  loom = await startEngineHarness();
  const { client, taskQueue } = loom;
  inspector = createTemporalRunInspector({ client, taskQueue, uiUrl: 'http://temporal.test/' });
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

async function inspect(run: TestRun, more: Partial<InspectRunQuery> = {}): Promise<RunInspection> {
  const asked = inspectRun({ ...loom.deps, inspector });
  return expectOk(await asked({ ...run.ref, kinds: [], limit: 50, ...more }));
}

const textsOf = ({ entries }: RunInspection) =>
  entries.filter(({ kind }) => kind !== 'task').map(({ text }) => text);

test('an open run says what it waits for, how long its history is, and what happened', async () => {
  const run = await loom.start([step('build'), step('values')]);
  await run.shows('in_progress', { step: 'build' });
  await expect
    .poll(async () => (await inspect(run)).timers)
    .toMatchObject([{ text: 'time limit of the step' }]);
  await run.callback('build', 'succeeded');
  await run.shows('in_progress', { step: 'values' });

  // The store shows a dispatch before the engine has told Temporal of it.
  await expect.poll(async () => (await inspect(run)).pendingTask).toBeUndefined();
  const now = await inspect(run);
  expect(now).toMatchObject({
    state: 'running',
    taskQueue: loom.taskQueue,
    stored: { status: 'running', runState: 'in_progress' },
    pendingActivities: [],
    // Set for step 1, whose deadline came first; kept until it fires, which is cheaper than to set another.
    timers: [{ text: 'looks whether a deadline has come' }],
    history: { continuedAsNew: 0 },
  });
  expect(now.workflowId).toBe(`${run.ref.migrationId}__org/web`);
  expect(now.link).toBe(
    `http://temporal.test/namespaces/default/workflows/${run.ref.migrationId}__org%2Fweb`,
  );
  expect(now.history?.events).toBe(now.entries[0]?.eventId);
  expect(now.history?.bytes).toBeGreaterThan(500);
  expect(now.closedAt).toBeUndefined();
  expect(textsOf(now)).toEqual([
    expect.stringMatching(/^Step 2 \(values\) was given to charts, instance one \(local activity dispatch/),
    'A callback arrived: step 1 (build) succeeded.',
    'Waits for 10 min at most (time limit of the step).',
    expect.stringMatching(/^Step 1 \(build\) was given to charts/),
    'The run began.',
  ]);
  expect(JSON.stringify(now)).not.toContain((await run.handle.describe()).runId);
});

test('pages go back to the beginning, none left out or repeated, also by kind', async () => {
  const run = await loom.start([step('build')]);
  await run.shows('in_progress');
  await expect.poll(async () => (await inspect(run)).pendingTask).toBeUndefined();
  const all = (await inspect(run)).entries;
  const paged: (typeof all)[number][] = [];
  let cursor: string | undefined;
  do {
    const page = await inspect(run, { limit: 2, cursor });
    paged.push(...page.entries);
    cursor = page.nextCursor;
    // What comes meanwhile shifts no page.
    await run.handle.signal('worker-back', { runId: 'nobody' });
  } while (cursor !== undefined);
  expect(paged).toEqual(all);

  const first = await inspect(run, { kinds: ['step', 'timer'], limit: 1 });
  const second = await inspect(run, { kinds: ['timer', 'step'], limit: 10, cursor: first.nextCursor });
  expect([...first.entries, ...second.entries].map(({ kind }) => kind)).toEqual(['timer', 'step']);
  const asked = inspectRun({ ...loom.deps, inspector });
  for (const wrong of [first.nextCursor, 'AAAA', Buffer.from('[1]').toString('base64url')])
    expect(await asked({ ...run.ref, kinds: ['run'], limit: 1, cursor: wrong })).toMatchObject({
      problem: { word: 'cursor-mismatch' },
    });
});

test('a run that continued as new is one history, and says how often', async () => {
  const run = await loom.start([step('build')]);
  await run.shows('in_progress');
  await loom.continueAsNew(run);
  await run.callback('build', 'succeeded');
  await run.ends('completed');

  await expect.poll(async () => (await inspect(run)).history?.continuedAsNew).toBe(1);
  const now = await inspect(run, { kinds: ['run'], limit: 200 });
  expect(now.state).toBe('completed');
  expect(now.closedAt).toBeDefined();
  expect(now.timers).toEqual([]);
  const texts = now.entries.filter(({ text }) => !text.includes('woken'));
  expect(texts.map(({ part, text }) => [part, text])).toEqual([
    [2, 'The run is over.'],
    [2, 'The run goes on here, with what it knew at the end of the history before.'],
    [1, 'This history had become long, so the run goes on in a new one.'],
    [1, 'The run began.'],
  ]);
  expect(now.startedAt).toBe(texts.at(-1)?.at);
});

test('an older run of the candidate is found beside the newest', async () => {
  const run = await loom.start([step('build')]);
  await run.shows('in_progress');
  await run.cancel({ reason: 'Wrong.' });
  await run.ends('not_started');
  const again = await run.again();
  await again.shows('in_progress');

  await expect.poll(async () => (await inspect(run)).state).toBe('completed');
  expect(textsOf(await inspect(run))).toContain('Cancel was asked by ann.');
  expect((await inspect(run)).stored).toMatchObject({ outcome: 'cancelled', status: 'not_started' });
  expect((await inspect(run)).link).toContain('/workflows?query=WorkflowId%20%3D%20');
  expect((await inspect(again)).link).toMatch(/\/workflows\/m\d+-[^?]+$/);
  expect(await inspect(again)).toMatchObject({ state: 'running', stored: { runState: 'in_progress' } });
});

test('an engine that cannot go on is said with why, and how often it tried', async () => {
  const run = await loom.claimOnly(await loom.prepare([step('build')]));
  // Of all that makes a workflow task fail again and again, a workflow that the code does not have is the simplest.
  await loom.client.workflow.start('notInTheBundle', {
    workflowId: run.handle.workflowId,
    taskQueue: loom.taskQueue,
    memo: { runId: run.ref.runId },
  });
  await expect
    .poll(async () => (await inspect(run)).pendingTask, { timeout: 15_000 })
    .toMatchObject({ attempt: 2, lastFailure: expect.stringContaining('notInTheBundle') });
  const { entries } = await inspect(run, { kinds: ['task'] });
  expect(entries.filter(({ isProblem }) => isProblem)).toMatchObject([
    { text: expect.stringMatching(/^The engine failed: .*notInTheBundle/) },
  ]);
  await run.handle.terminate('The test is over.');
  const ended = await inspect(run, { kinds: ['run'] });
  expect(ended.state).toBe('terminated');
  expect(ended.entries[0]).toMatchObject({
    text: 'The workflow was terminated: The test is over.',
    isProblem: true,
  });
});

test('a run that Temporal has forgotten is shown as the store has it', async () => {
  const run = await loom.claimOnly(await loom.prepare([step('build')]));
  const now = await inspect(run);
  expect(now).toMatchObject({
    state: 'not_found',
    note: expect.stringContaining('Temporal has no workflow'),
    stored: { runState: 'queued' },
    entries: [],
  });
});

test('a Temporal that is away, or hangs, is said to be unavailable within 2 s', async () => {
  const run = await loom.start([step('build')]);
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const client = new Client({ connection });
  const away = createTemporalRunInspector({ client, taskQueue: loom.taskQueue, uiUrl: undefined });
  const startedAt = Date.now();
  const answer = await inspectRun({ ...loom.deps, inspector: away })({ ...run.ref, kinds: [], limit: 5 });
  expect(answer).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 5 } });
  expect(Date.now() - startedAt).toBeLessThan(4_000);
  expect(away.placeOf(run.ref).link).toBeUndefined();
  await connection.close();
});
