import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { expect } from './support/expect.ts';
import { call } from './support/http.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many } from './support/many.ts';
import { cpuSecondsOf } from './support/process-cost.ts';
import { sampleCandidates } from './support/sample-candidates.ts';
import { interleave, ratiosOf, spreadOf } from './support/spread.ts';
import { startStepWorker } from './support/step-worker.ts';

const CONSOLES = 50;
const RUNNING = 200;
/** As the console does: a view that shows something running asks again so long after its last answer. */
const PACE_MS = 1_500;

interface Watched {
  readonly requests: number;
  readonly notModified: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly medianMs: number;
}

/** Fifty consoles that look at the same 200 running candidates. */
export const polling: Bench = async ({ parts, report, isQuick }) => {
  const api = await parts.startServer({ role: 'api' });
  await parts.startServer({ role: 'engine', env: { LOOM_PUBLIC_URL: api.url } });
  const worker = parts.keep(await startStepWorker(api.url));
  worker.behave('hold');
  const loom = loomRuns(api.url, parts.temporalClient);
  const rounds = isQuick ? 1 : 3;
  const windowMs = isQuick ? 3_000 : 10_000;
  const rows = sampleCandidates(RUNNING, false);
  await worker.announce('watched', 40);
  await worker.submit('watched', rows);
  await many(RUNNING, 20, (index) => loom.start('watched', rows[index]?.id ?? ''));
  await until('the runs', async () => worker.held() === RUNNING);

  const list = () => `${api.url}/api/v1/migrations/watched/candidates?status=running&limit=${RUNNING}`;
  const stepsOf = (index: number) =>
    `${api.url}/api/v1/migrations/watched/candidates/${encodeURIComponent(rows[index]?.id ?? '')}/steps`;

  /** All consoles for one window, each at its own moment. */
  const watch = async (urlOf: (index: number) => string, isConditional: boolean): Promise<Watched> => {
    const endsAt = performance.now() + windowMs;
    const before = cpuSecondsOf(api.pid);
    const times: number[] = [];
    let notModified = 0;
    let bytes = 0;
    const console = async (index: number) => {
      await delay((index * PACE_MS) / CONSOLES);
      let etag: string | undefined;
      while (performance.now() < endsAt) {
        const headers = isConditional && etag !== undefined ? { 'if-none-match': etag } : {};
        const answer = await call('GET', urlOf(index), undefined, headers);
        expect(answer.status === 200 || answer.status === 304, `a poll was answered ${answer.status}`);
        const isWhole = answer.status === 304 || answer.body.length > 100;
        expect(isWhole && answer.etag !== undefined, 'a poll was answered with nothing');
        if (answer.status === 304) notModified += 1;
        etag = answer.etag;
        bytes += answer.bytes;
        times.push(answer.ms);
        await delay(PACE_MS);
      }
    };
    await Promise.all(Array.from({ length: CONSOLES }, (_, index) => console(index)));
    return {
      requests: times.length,
      notModified,
      bytes,
      cpuSeconds: cpuSecondsOf(api.pid) - before,
      seconds: windowMs / 1_000,
      medianMs: spreadOf(times).median,
    };
  };

  const contenders = {
    'the list, nothing changes': () => watch(list, true),
    'the list, three runs a second move on': () => whileMoving(() => watch(list, true)),
    'the list, asked without If-None-Match': () => watch(list, false),
    'the steps of one run each, nothing changes': () => watch(stepsOf, true),
  };
  type Name = keyof typeof contenders;
  const watched = new Map<Name, Watched[]>();
  const costs = await interleave(
    rounds,
    Object.fromEntries(
      Object.entries(contenders).map(([name, run]) => [
        name,
        async () => {
          const result = await run();
          watched.set(name as Name, [...(watched.get(name as Name) ?? []), result]);
          return result.cpuSeconds / result.requests;
        },
      ]),
    ) as Record<Name, () => Promise<number>>,
  );
  const unconditional = watched.get('the list, asked without If-None-Match') ?? [];
  for (const [name, results] of watched) {
    const of = (value: (one: Watched) => number) => spreadOf(results.map(value));
    const share = of(({ notModified, requests }) => (100 * notModified) / requests);
    report.figure(
      `${CONSOLES} consoles watch ${name}: processor time of the API`,
      of(({ cpuSeconds, seconds }) => (100 * cpuSeconds) / seconds),
      '% of one processor',
      {
        note: [
          `${share.median.toFixed(0)} % \`304\``,
          `${of(({ bytes, requests }) => bytes / requests / 1_024).median.toFixed(1)} KB`,
          `${((spreadOf(costs[name]).median || 0) * 1_000).toFixed(1)} ms of processor`,
          `${of(({ medianMs }) => medianMs).median.toFixed(0)} ms a request`,
        ].join(', '),
      },
    );
    if (name === 'the list, nothing changes') {
      const bytesOf = ({ bytes, requests }: Watched) => bytes / requests;
      report.ratio(
        'bytes of the list with If-None-Match, against without',
        ratiosOf(results.map(bytesOf), unconditional.map(bytesOf)),
      );
      report.ratio(
        'processor time of a poll with If-None-Match, against without',
        ratiosOf(costs[name], costs['the list, asked without If-None-Match']),
      );
      const first = CONSOLES * results.length;
      const all = results.reduce((sum, { requests }) => sum + requests, 0);
      const same = results.reduce((sum, { notModified }) => sum + notModified, 0);
      expect(same === all - first, `${same} of ${all} polls of what did not change were answered 304`);
    }
  }

  async function whileMoving<Value>(work: () => Promise<Value>): Promise<Value> {
    let isOver = false;
    const move = async () => {
      while (!isOver) {
        await worker.finish(worker.takeHeld(1));
        await delay(330);
      }
    };
    const moving = move();
    try {
      return await work();
    } finally {
      isOver = true;
      await moving;
    }
  }
};
