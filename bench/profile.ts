import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { startBareRuns } from './floor/bare-runs.ts';
import { busyTimeByOwner, nowMicroseconds } from './support/cpu-profile.ts';
import { expect } from './support/expect.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many } from './support/many.ts';
import { cpuSecondsOf } from './support/process-cost.ts';
import { openRedisMeter } from './support/redis-meter.ts';
import { startStepWorker } from './support/step-worker.ts';

const STEPS = 3;
const AT_ONCE = 50;

/** Where the time goes in 3 steps at 50 at once: by process, and within API and engine by whose code it is. */
export const profile: Bench = async ({ parts, report, isQuick }) => {
  const runs = isQuick ? 100 : 400;
  const profiled = async (name: string) => {
    const dir = join(parts.dir, `profile-${name}`);
    await mkdir(dir);
    return { dir, nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${dir}`] };
  };
  const ofApi = await profiled('api');
  const api = await parts.startServer({ role: 'api', nodeArguments: ofApi.nodeArguments });
  const ofEngine = await profiled('engine');
  const engine = await parts.startServer({
    role: 'engine',
    env: { LOOM_PUBLIC_URL: api.url },
    nodeArguments: ofEngine.nodeArguments,
  });
  const meter = parts.keep(await openRedisMeter(parts.redis.url));
  const worker = parts.keep(await startStepWorker(api.url));
  const loom = loomRuns(api.url, parts.temporalClient);
  const warm = AT_ONCE;
  await worker.announce('profiled', STEPS);
  await worker.submit(
    'profiled',
    Array.from({ length: warm + runs }, (_, index) => ({ id: `c-${index}` })),
  );
  const run = async (index: number) => {
    await loom.start('profiled', `c-${index}`);
    await loom.ended('profiled', `c-${index}`);
  };
  await many(warm, AT_ONCE, run);

  const bare = await startBareRuns(parts);
  const runBare = async (index: number) => {
    const handle = await bare.start(`bare-${index}`, STEPS);
    await handle.result();
  };
  await many(warm, AT_ONCE, runBare);
  const pids: Readonly<Record<string, number>> = {
    'Temporal server': parts.temporal.pid,
    engine: engine.pid,
    API: api.pid,
    Redis: parts.redis.pid ?? process.pid,
    'bare worker': bare.process.pid,
    'worker and callers': process.pid,
  };
  const spent = () => Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)] as const);
  /** Tells what the work costs, by process. */
  const cost = async (whose: string, work: () => Promise<unknown>): Promise<void> => {
    const before = new Map(spent());
    await work();
    const costs = spent().map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)] as const);
    const perStep = (seconds: number) => ((1_000 * seconds) / (runs * STEPS)).toFixed(1);
    report.fact(
      `processor time of a step, ${whose}, ${STEPS} steps, ${AT_ONCE} at once`,
      `${perStep(costs.reduce((sum, [, seconds]) => sum + seconds, 0))} ms`,
      costs.map(([name, seconds]) => `${name} ${perStep(seconds)}`).join(', '),
    );
  };
  await cost('bare', () => many(runs, AT_ONCE, (index) => runBare(warm + index)));
  await meter.scripts();
  const from = nowMicroseconds();
  await cost('ours', () => many(runs, AT_ONCE, (index) => run(warm + index)));
  const window = { from, to: nowMicroseconds() };
  const scripts = await meter.scripts();
  await loom.expectCompleted('profiled', warm + runs);
  report.fact(
    'scripts of Redis for a step',
    (scripts.count / (runs * STEPS)).toFixed(1),
    `${(scripts.ms / (runs * STEPS)).toFixed(2)} ms in all, without the sync to the disk`,
  );
  for (const [whose, workflowId] of [
    ['bare', `bare-${warm}`],
    ['ours', `profiled__c-${warm}`],
  ] as const) {
    const { historyLength } = await parts.temporalClient.workflow.getHandle(workflowId).describe();
    report.fact(`events in Temporal of a run of ${STEPS} steps, ${whose}`, String(historyLength));
  }
  await engine.stop();
  await api.stop();
  for (const [name, { dir }] of [
    ['engine', ofEngine],
    ['API', ofApi],
  ] as const) {
    const shares = busyTimeByOwner(dir, window);
    expect(shares.size > 2, `the profile of the ${name} is empty`);
    const words = [...shares].map(([owner, share]) => `${owner} ${Math.round(100 * share)} %`);
    report.fact(`busy time of the ${name}'s JavaScript threads, by whose code runs`, words.join(', '));
  }
};
