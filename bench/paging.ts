import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { expect } from './support/expect.ts';
import { call } from './support/http.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many as inParallel } from './support/many.ts';
import {
  combinedFilters,
  everything,
  type PageQuery,
  searches,
  singleFilters,
} from './support/page-queries.ts';
import { openRedisMeter } from './support/redis-meter.ts';
import { atMost } from './support/report.ts';
import { LABEL_KEYS, sampleCandidates } from './support/sample-candidates.ts';
import { openServerMeter } from './support/server-meter.ts';
import { interleave, ratiosOf, spreadOf } from './support/spread.ts';
import { type Candidate, startStepWorker } from './support/step-worker.ts';

interface PageAnswer {
  readonly items: readonly { readonly id: string }[];
  readonly total: number;
}

const FEW = 100;
const LIMIT = 50;
/** A round of the ratios is the median of so many requests to each side. */
const ASKED_AT_ONCE = 5;
/** Of a page that seemed to take longer than it may. */
const ROUNDS_AGAIN = 25;

/** As the API's metrics name it. */
const ROUTE = '/api/v1/migrations/{migrationId}/candidates';

/** Each with what comes after it: the caller's own time, the API's, and that of its scripts. */
type Where = 'overHttp' | 'inServer' | 'inRedis';

/** What a page costs at 100 candidates and at 100,000, by filters and by search. */
export const paging: Bench = async ({ parts, report, isQuick }) => {
  const rows = isQuick ? 10_000 : 100_000;
  const server = await parts.startServer();
  const worker = parts.keep(await startStepWorker(server.url));
  worker.behave('hold');
  const meter = parts.keep(await openRedisMeter(parts.redis.url));
  const loom = loomRuns(server.url, parts.temporalClient);

  const prepare = async (migrationId: string, count: number, started: number) => {
    const candidates = sampleCandidates(count, false);
    await worker.announce(migrationId, 3, LABEL_KEYS);
    await worker.submit(migrationId, candidates);
    await inParallel(started, 10, (index) => loom.start(migrationId, candidates[index]?.id ?? ''));
    await until('the runs', async () => (await loom.count(migrationId, 'running')) === started);
    const running = new Set(candidates.slice(0, started).map(({ id }) => id));
    const wantedBy = new Map<string, number>();
    const wanted = ({ query, holds }: PageQuery) => {
      const known = wantedBy.get(query) ?? candidates.filter(holds).length;
      wantedBy.set(query, known);
      return known;
    };
    const isRunning = ({ id }: Candidate) => running.has(id);
    /** A page is made once for each version of the list; this makes a new one. */
    const renew = () => worker.announce(migrationId, 3, LABEL_KEYS);
    const ask = async (asked: PageQuery, limit = LIMIT) => {
      const url = `${server.url}/api/v1/migrations/${migrationId}/candidates?limit=${limit}&${asked.query}`;
      const { status, body, ms } = await call('GET', url);
      const { items, total } = JSON.parse(body) as PageAnswer;
      const isRight =
        status === 200 && total === wanted(asked) && items.length === Math.min(limit, wanted(asked));
      expect(isRight, `${url}: ${status}, ${items?.length} of ${total} rows, not of ${wanted(asked)}`);
      return ms;
    };
    const askOften = async (asked: PageQuery, limit: number) => {
      const times: number[] = [];
      for (let index = 0; index < ASKED_AT_ONCE; index += 1) {
        await renew();
        times.push(await ask(asked, limit));
      }
      return spreadOf(times).median;
    };
    return { isRunning, ask, renew, askOften, wanted, singles: singleFilters(isRunning) };
  };
  const few = await prepare('few', FEW, 10);
  const many = await prepare('many', rows, isQuick ? 20 : 200);

  for (const [index, asked] of many.singles.entries()) {
    const ofFew = few.singles[index] ?? asked;
    // As many rows from both: what is compared is finding them.
    const limit = Math.min(LIMIT, few.wanted(ofFew));
    const contenders = { few: () => few.askOften(ofFew, limit), many: () => many.askOften(asked, limit) };
    await interleave(2, contenders);
    const times = await interleave(isQuick ? 3 : 9, contenders);
    const ms = [times.many, times.few].map((values) => spreadOf(values).median.toFixed(1)).join(' and ');
    report.ratio(
      `page of ${rows} against one of ${FEW}, ${describe(asked)}`,
      ratiosOf(times.many, times.few),
      atMost(1.5),
      `${ms} ms over HTTP for ${limit} rows`,
    );
  }

  const medianOf = async (asked: PageQuery, rounds: number) => {
    await many.ask(asked);
    const times: Record<Where, number[]> = { overHttp: [], inServer: [], inRedis: [] };
    const serverMeter = await openServerMeter(server.url, ROUTE);
    for (let round = 0; round < rounds; round += 1) {
      await many.renew();
      await meter.scripts();
      times.overHttp.push(await many.ask(asked));
      times.inRedis.push((await meter.scripts()).ms);
      times.inServer.push(await serverMeter.lastRead());
    }
    const of = (where: Where) => spreadOf(times[where]).median;
    const ms = { overHttp: of('overHttp'), inServer: of('inServer'), inRedis: of('inRedis') };
    return { query: asked.query, ms };
  };
  const measure = async (what: string, queries: readonly PageQuery[], boundMs: number) => {
    const all: Awaited<ReturnType<typeof medianOf>>[] = [];
    let again = 0;
    for (const asked of queries) {
      const some = await medianOf(asked, isQuick ? 3 : 5);
      // Of hundreds of medians of a few, the most is the machine's as often as the page's.
      const isOver = !isQuick && some.ms.inServer > boundMs;
      if (isOver) again += 1;
      all.push(isOver ? await medianOf(asked, ROUNDS_AGAIN) : some);
    }
    const slowest = all.reduce((one, other) => (one.ms.inServer > other.ms.inServer ? one : other));
    const spread = (where: Where) => spreadOf(all.map(({ ms }) => ms[where]));
    const others = [
      `over HTTP ${spread('overHttp').max.toFixed(1)}`,
      `in Redis ${spread('inRedis').max.toFixed(1)}`,
      `${again} measured again in ${ROUNDS_AGAIN} rounds`,
      `unfiltered ${(await medianOf(everything, ROUNDS_AGAIN)).ms.inServer.toFixed(1)} in the server`,
    ];
    report.figure(
      `${what} at ${rows}: the slowest (all)`,
      { ...spread('inServer'), median: spread('inServer').max },
      'ms in the server',
      { goal: atMost(boundMs), note: `ms at most: ${others.join(', ')}; ${describe(slowest)}` },
    );
  };
  const combined = combinedFilters(many.isRunning);
  await measure(
    `${combined.length} combinations of filters and order`,
    isQuick ? combined.filter((_, index) => index % 6 === 0) : combined,
    5,
  );
  const searched = searches(rows);
  await measure(
    `${searched.length} searches`,
    isQuick ? searched.filter((_, index) => index % 2 === 0) : searched,
    25,
  );
};

const describe = ({ query }: Pick<PageQuery, 'query'>): string =>
  query === '' ? 'no filter' : decodeURIComponent(query).replaceAll('&', ', ');
