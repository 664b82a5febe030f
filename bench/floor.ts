import type { Bench } from './bench.ts';
import { startBareRuns } from './floor/bare-runs.ts';
import { expect } from './support/expect.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many } from './support/many.ts';
import { atLeast, atMost } from './support/report.ts';
import { interleave, ratiosOf, spreadOf } from './support/spread.ts';
import { startStepWorker } from './support/step-worker.ts';

interface Shape {
  readonly steps: number;
  readonly atOnce: number;
  readonly runs: number;
  readonly rounds: number;
}

const FULL: readonly Shape[] = [
  { steps: 3, atOnce: 1, runs: 8, rounds: 7 },
  { steps: 3, atOnce: 50, runs: 150, rounds: 5 },
  { steps: 17, atOnce: 1, runs: 3, rounds: 7 },
  { steps: 17, atOnce: 50, runs: 50, rounds: 5 },
];
const QUICK: readonly Shape[] = [
  { steps: 3, atOnce: 1, runs: 4, rounds: 3 },
  { steps: 3, atOnce: 50, runs: 50, rounds: 2 },
  { steps: 17, atOnce: 1, runs: 1, rounds: 2 },
  { steps: 17, atOnce: 50, runs: 50, rounds: 1 },
];

/** Our interpreter against a workflow that does nothing but wait for its signals. */
export const floor: Bench = async ({ parts, report, isQuick }) => {
  const server = await parts.startServer();
  const worker = parts.keep(await startStepWorker(server.url));
  const bare = await startBareRuns(parts);
  const loom = loomRuns(server.url, parts.temporalClient);
  const shapes = isQuick ? QUICK : FULL;
  const started = new Map<string, number>();

  const prepare = async (migrationId: string, steps: number, candidates: number) => {
    await worker.announce(migrationId, steps);
    await worker.submit(
      migrationId,
      Array.from({ length: candidates }, (_, index) => ({ id: `c-${index}` })),
    );
  };
  const next = (series: string) => {
    const index = started.get(series) ?? 0;
    started.set(series, index + 1);
    return `c-${index}`;
  };
  const runOurs = async (migrationId: string) => {
    const candidateId = next(migrationId);
    await loom.start(migrationId, candidateId);
    await loom.ended(migrationId, candidateId);
  };
  const runBare = async (steps: number) => {
    const handle = await bare.start(`bare-${steps}-${next(`bare-${steps}`)}`, steps);
    await handle.result();
  };

  for (const steps of [3, 17]) {
    const ofSteps = shapes.filter((shape) => shape.steps === steps);
    const migrationId = `steps-${steps}`;
    const total = ofSteps.reduce((sum, { runs, rounds }) => sum + runs * rounds, 0);
    await prepare(migrationId, steps, total + 2);
    // Neither is measured cold.
    for (let index = 0; index < 2; index += 1) await Promise.all([runOurs(migrationId), runBare(steps)]);
    for (const { atOnce, runs, rounds } of ofSteps) {
      const latencies = { ours: [] as number[], bare: [] as number[] };
      const measure = (whose: 'ours' | 'bare', run: () => Promise<void>) => async () => {
        const startedAt = performance.now();
        const times = await many(runs, atOnce, run);
        latencies[whose].push(spreadOf(times).median);
        return (runs * steps * 1_000) / (performance.now() - startedAt);
      };
      const { ours, bare: others } = await interleave(rounds, {
        bare: measure('bare', () => runBare(steps)),
        ours: measure('ours', () => runOurs(migrationId)),
      });
      const name = `${steps} steps, ${atOnce} at once`;
      report.ratio(
        `floor, throughput, ${name}`,
        ratiosOf(ours, others),
        atLeast(0.85),
        [
          `ours ${spreadOf(ours).median.toFixed(0)}`,
          `bare ${spreadOf(others).median.toFixed(0)} steps/s`,
        ].join(', '),
      );
      report.ratio(
        `floor, latency, ${name}`,
        ratiosOf(latencies.ours, latencies.bare),
        atMost(1.2),
        [
          `ours ${spreadOf(latencies.ours).median.toFixed(0)}`,
          `bare ${spreadOf(latencies.bare).median.toFixed(0)} ms a run`,
        ].join(', '),
      );
    }
    await loom.expectCompleted(migrationId, total + 2);
    expect(bare.signals() >= steps * total, 'a bare workflow ended without its signals');
  }
  const called =
    shapes.reduce((sum, { steps, runs, rounds }) => sum + steps * runs * rounds, 0) + 2 * (3 + 17);
  expect(worker.deliveries() === called, `${worker.deliveries()} deliveries instead of ${called}`);

  const rounds = isQuick ? 3 : 9;
  worker.behave('at-once');
  for (const steps of [1, 17]) await prepare(`at-once-${steps}`, steps, rounds * 3 + 1);
  const timed = (migrationId: string) => async () =>
    spreadOf(await many(3, 1, () => runOurs(migrationId))).median;
  for (const steps of [1, 17]) await runOurs(`at-once-${steps}`);
  const times = await interleave(rounds, { one: timed('at-once-1'), all: timed('at-once-17') });
  report.ratio(
    '17 steps done within the `200`, against one',
    ratiosOf(times.all, times.one),
    atMost(3),
    [
      `one ${spreadOf(times.one).median.toFixed(0)}`,
      `17 ${spreadOf(times.all).median.toFixed(0)} ms a run`,
    ].join(', '),
  );
  for (const steps of [1, 17]) await loom.expectCompleted(`at-once-${steps}`, rounds * 3 + 1);
};
