import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { drainInstance, listInFlight, resumeInstance } from '../../src/application/drain-instance.ts';
import { ANN } from '../builders/build-run.ts';
import { type EngineHarness, expectOk, startEngineHarness, step, type TestRun } from './engine-harness.ts';

let loom: EngineHarness;
let app: string;
beforeAll(async () => {
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
  app = `app-${randomUUID().slice(0, 8)}`;
});

const drain = (instanceId: string) =>
  drainInstance(loom.deps)({ workerApp: app, instanceId, reason: 'A new node.', actor: ANN });
const resume = (instanceId: string) => resumeInstance(loom.deps)({ workerApp: app, instanceId, actor: ANN });
const startOne = () => loom.start([step('one', { workerApp: app })]);
const instanceOf = async (run: TestRun) => (await loom.memory.listAttempts(run.ref))[0]?.instanceId;

test('under load a drained instance finishes what it has and is given nothing more; nothing is lost', async () => {
  await loom.announce('a', app);
  await loom.announce('b', app);
  const before = await Promise.all(Array.from({ length: 10 }, startOne));
  for (const run of before) await run.shows('in_progress');
  const had = await Promise.all(before.map(instanceOf));
  expect(new Set(had)).toEqual(new Set(['a', 'b']));

  const during = Array.from({ length: 20 }, startOne);
  expectOk(await drain('a'));
  const counted = expectOk(
    await listInFlight(loom.deps)({ workerApp: app, instanceId: 'a', limit: 200 }),
  ).total;
  const after = await Promise.all(Array.from({ length: 10 }, startOne));
  const started = [...(await Promise.all(during)), ...after];
  for (const run of started) await run.shows('in_progress');
  for (const run of after) expect(await instanceOf(run)).toBe('b');
  // A dial that had begun before the drain may still be accepted after it; nobody takes it away.
  expect(counted).toBeGreaterThanOrEqual(had.filter((id) => id === 'a').length);
  await loom.redeliver();
  for (const run of before) expect(run.dials()).toHaveLength(1);

  for (const run of [...before, ...started]) await run.callback('one', 'succeeded');
  for (const run of [...before, ...started]) await run.ends('completed');
  const [view] = (await loom.directory.list()).filter(({ workerApp }) => workerApp === app);
  expect(view?.instances).toMatchObject([
    { instanceId: 'a', state: 'draining', busy: 0 },
    { instanceId: 'b', busy: 0 },
  ]);
});

test('where the last instance drains, runs wait with that reason and go on when it is resumed', async () => {
  await loom.announce('a', app);
  expectOk(await drain('a'));
  const run = await startOne();
  await run.shows('awaiting_worker', { reason: expect.stringContaining('drained') });
  expect(await loom.wake()).toBe(0);
  expectOk(await resume('a'));
  expect(await loom.wake()).toBe(1);
  await run.shows('in_progress');
  await run.callback('one', 'succeeded');
  await run.ends('completed');
});
