import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { startBareRuns } from './floor/bare-runs.ts';
import { expect } from './support/expect.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many } from './support/many.ts';
import { residentBytesOf } from './support/process-cost.ts';
import { openRedisMeter } from './support/redis-meter.ts';
import { ratiosOf, spreadOf } from './support/spread.ts';
import { startStepWorker } from './support/step-worker.ts';

const BATCHES = 5;
/** How often the engine is started again, each time a step further. */
const RESTARTS = 3;
const STEPS = RESTARTS + 1;
/** Past this many the engine forgets the longest unused, so memory is measured below it. */
const CACHED = 1_000;

/** In seconds since the process was started. */
interface Reaction {
  readonly all: number;
  readonly ready: number;
}

/** What a run costs that waits for its worker, and how soon many of them react to an engine that was started again. */
export const parked: Bench = async ({ parts, report, isQuick }) => {
  const count = isQuick ? 100 : 2_000;
  const api = await parts.startServer({ role: 'api' });
  const engine = await parts.startServer({ role: 'engine', env: { LOOM_PUBLIC_URL: api.url } });
  const worker = parts.keep(await startStepWorker(api.url));
  const meter = parts.keep(await openRedisMeter(parts.redis.url));
  const bare = await startBareRuns(parts);
  const loom = loomRuns(api.url, parts.temporalClient);
  worker.behave('hold');
  bare.hold();
  await worker.announce('parked', STEPS);
  await worker.submit(
    'parked',
    Array.from({ length: count }, (_, index) => ({ id: `c-${index}` })),
  );
  await worker.announce('warm', 1);
  await worker.submit('warm', [{ id: 'c' }]);
  await loom.start('warm', 'c');
  await until('the first run', async () => worker.held() === 1);
  await worker.finish(worker.takeHeld(1));
  await loom.ended('warm', 'c');

  const perBatch = Math.floor(Math.min(count, CACHED) / BATCHES);
  const memory = { engine: [] as number[], bare: [] as number[], redis: [] as number[] };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const before = { engine: residentBytesOf(engine.pid), redis: await meter.usedBytes() };
    await many(perBatch, 20, (index) => loom.start('parked', `c-${batch * perBatch + index}`));
    const wanted = (batch + 1) * perBatch;
    await until('the runs', async () => worker.held() === wanted && (await isShown(wanted)));
    memory.engine.push((residentBytesOf(engine.pid) - before.engine) / perBatch / 1_024);
    memory.redis.push(((await meter.usedBytes()) - before.redis) / perBatch / 1_024);

    const bareBefore = residentBytesOf(bare.process.pid);
    await many(perBatch, 20, (index) => bare.start(`bare-${batch * perBatch + index}`, STEPS));
    await until('the bare workflows', async () => bare.held() === wanted);
    memory.bare.push((residentBytesOf(bare.process.pid) - bareBefore) / perBatch / 1_024);
  }
  const rest = count - BATCHES * perBatch;
  const from = BATCHES * perBatch;
  await many(rest, 20, (index) => loom.start('parked', `c-${from + index}`));
  await many(rest, 20, (index) => bare.start(`bare-${from + index}`, STEPS));
  await until(
    'the rest',
    async () => worker.held() === count && bare.held() === count && (await isShown(count)),
  );

  report.figure('engine, memory of a parked run', spreadOf(memory.engine), 'KB', {
    note: `${perBatch} in each of ${BATCHES} batches; a bare workflow ${spreadOf(memory.bare).median.toFixed(0)} KB`,
  });
  report.ratio('the same against a bare workflow', ratiosOf(memory.engine, memory.bare));
  report.figure('Redis, memory of a parked run', spreadOf(memory.redis), 'KB');

  const react = async (restart: () => Promise<void>, held: () => number) => {
    const startedAt = performance.now();
    await restart();
    const readyAfter = performance.now() - startedAt;
    await until('every run to be in its next step', async () => held() === count, {
      timeoutMs: 300_000,
      everyMs: 20,
    });
    return { all: (performance.now() - startedAt) / 1_000, ready: readyAfter / 1_000 };
  };
  const times = { bare: [] as Reaction[], ours: [] as Reaction[] };
  for (let round = 0; round < RESTARTS; round += 1) {
    await until('the writes of each', () => isShown(count));
    // Everyone's step is done while the engine is away: Temporal keeps the signals.
    await engine.stop();
    await bare.process.stop();
    await worker.finish(worker.takeHeld(count));
    await bare.signal(bare.takeHeld(count));
    times.bare.push(await react(() => bare.process.restart(), bare.held));
    times.ours.push(await react(() => engine.restart(), worker.held));
  }
  await worker.finish(worker.takeHeld(count));
  await bare.signal(bare.takeHeld(count));
  await many(count, count, (index) => loom.ended('parked', `c-${index}`));
  await many(count, count, (index) => parts.temporalClient.workflow.getHandle(`bare-${index}`).result());
  await loom.expectCompleted('parked', count);
  expect(bare.signals() === count * STEPS, 'bare workflows were not signalled');

  const median = (of: readonly Reaction[], what: keyof Reaction) =>
    spreadOf(of.map((one) => one[what])).median.toFixed(1);
  report.figure(
    `from the engine's start until ${count} parked runs have reacted`,
    spreadOf(times.ours.map(({ all }) => all)),
    's',
    {
      note: [
        `${median(times.ours, 'ready')} s of them until the process is ready`,
        `bare ${median(times.bare, 'all')} s, ${median(times.bare, 'ready')} s of them to be ready`,
      ].join('; '),
    },
  );
  const reactions = (of: readonly Reaction[]) => of.map(({ all, ready }) => all - ready);
  report.ratio(
    'the same without the start of the process, against bare workflows',
    ratiosOf(reactions(times.ours), reactions(times.bare)),
  );

  /** The write that follows an accepted dispatch is there too. */
  async function isShown(wanted: number): Promise<boolean> {
    return (await loom.countState('parked', 'in_progress')) === wanted;
  }
};
