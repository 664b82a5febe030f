import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { expect } from './support/expect.ts';
import { call } from './support/http.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many as inParallel } from './support/many.ts';
import { combinedFilters, type PageQuery, searches, singleFilters } from './support/page-queries.ts';
import { openRedisMeter } from './support/redis-meter.ts';
import { atMost } from './support/report.ts';
import { LABEL_KEYS, sampleCandidates } from './support/sample-candidates.ts';
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

  const measure = async (what: string, queries: readonly PageQuery[], boundMs: number) => {
    const all: { readonly query: string; readonly overHttp: number; readonly inRedis: number }[] = [];
    for (const asked of queries) {
      await many.ask(asked);
      const overHttp: number[] = [];
      const inRedis: number[] = [];
      for (let round = 0; round < (isQuick ? 3 : 5); round += 1) {
        await many.renew();
        await meter.scripts();
        overHttp.push(await many.ask(asked));
        inRedis.push((await meter.scripts()).ms);
      }
      const { query } = asked;
      all.push({ query, overHttp: spreadOf(overHttp).median, inRedis: spreadOf(inRedis).median });
    }
    const slowest = all.reduce((one, other) => (one.overHttp > other.overHttp ? one : other));
    const spread = spreadOf(all.map(({ overHttp }) => overHttp));
    report.figure(
      `${what} at ${rows}: the slowest (all)`,
      { ...spread, median: spread.max },
      'ms over HTTP',
      {
        goal: atMost(boundMs),
        note: `in Redis ${spreadOf(all.map(({ inRedis }) => inRedis)).max.toFixed(1)} ms at most; ${describe(slowest)}`,
      },
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
