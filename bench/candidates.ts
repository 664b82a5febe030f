import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { expect } from './support/expect.ts';
import { call } from './support/http.ts';
import { loomRuns } from './support/loom-runs.ts';
import { many } from './support/many.ts';
import { atMost } from './support/report.ts';
import { LABEL_KEYS, sampleCandidates } from './support/sample-candidates.ts';
import { interleave, ratiosOf, spreadOf } from './support/spread.ts';
import { startStepWorker } from './support/step-worker.ts';

const FEW = 10;
/** Starts of one round, whose median counts. */
const STARTS = 5;
/** Pages of one round, likewise. */
const LISTS = 5;

/** Candidates of 4.8 KB: what it costs to submit them, to submit them again, to list them, and to start one among many. */
export const candidates: Bench = async ({ parts, report, isQuick }) => {
  const rows = isQuick ? 2_000 : 10_000;
  const rounds = isQuick ? 3 : 7;
  const server = await parts.startServer();
  const worker = parts.keep(await startStepWorker(server.url));
  const loom = loomRuns(server.url, parts.temporalClient);
  const large = sampleCandidates(rows, true);
  const bytes = large.reduce((sum, one) => sum + JSON.stringify(one).length, 0) / rows;
  expect(Math.abs(bytes - 4_800) < 100, `candidates have ${bytes} bytes`);

  const submit = (migrationId: string) => async () => {
    const startedAt = performance.now();
    await worker.submit(migrationId, large);
    return performance.now() - startedAt;
  };
  const submissions = { first: [] as number[], again: [] as number[] };
  for (let round = 0; round < (isQuick ? 2 : 4); round += 1) {
    await worker.announce(`many-${round}`, 1, LABEL_KEYS);
    submissions.first.push(await submit(`many-${round}`)());
    submissions.again.push(await submit(`many-${round}`)());
    expect((await loom.count(`many-${round}`, 'not_started')) === rows, 'candidates are missing');
  }
  report.figure(`submit ${rows} of 4.8 KB`, spreadOf(submissions.first), 'ms');
  report.ratio('submit them again', ratiosOf(submissions.again, submissions.first), atMost(1));

  // Each round has ten candidates of its own, since what was completed does not start again.
  const small = sampleCandidates(FEW, true);
  for (let round = 0; round < rounds; round += 1) {
    await worker.announce(`few-${round}`, 1, LABEL_KEYS);
    await worker.submit(`few-${round}`, small);
  }

  /** Median time over HTTP of some pages, each of them made anew. */
  const list = async (migrationId: string, filter: string, limit: number) => {
    const times: number[] = [];
    for (let asked = 0; asked < LISTS; asked += 1) {
      await worker.announce(migrationId, 1, LABEL_KEYS);
      const url = `${server.url}/api/v1/migrations/${migrationId}/candidates?limit=${limit}&${filter}`;
      const { status, body, ms } = await call('GET', url);
      const { items } = JSON.parse(body) as { readonly items: readonly unknown[] };
      expect(status === 200 && items.length === limit, `${url}: ${status}, ${items?.length} rows`);
      times.push(ms);
    }
    return spreadOf(times).median;
  };
  // As many rows from both: what is compared is finding and reading them.
  for (const [what, filter, limit] of [
    ['list a page', '', FEW],
    [
      'list a page of one label',
      'label=tier%3D0',
      small.filter(({ labels }) => labels?.['tier'] === '0').length,
    ],
  ] as const) {
    const contenders = {
      few: () => list('few-0', filter, limit),
      many: () => list('many-0', filter, limit),
    };
    await interleave(1, contenders);
    const times = await interleave(rounds, contenders);
    const ms = [times.many, times.few].map((values) => spreadOf(values).median.toFixed(1)).join(' and ');
    report.ratio(
      `${what} of ${rows} against one of ${FEW}`,
      ratiosOf(times.many, times.few),
      undefined,
      `${ms} ms over HTTP for ${limit} rows`,
    );
  }

  worker.behave('at-once');
  const startSome = async (migrationId: string, from: number, isWaitedFor: boolean) => {
    const times: number[] = [];
    for (let index = from; index < from + STARTS; index += 1) {
      const { id } = (migrationId.startsWith('few') ? small : large)[index] ?? { id: '' };
      times.push(await loom.start(migrationId, id));
      if (isWaitedFor) await loom.ended(migrationId, id);
    }
    return spreadOf(times).median;
  };
  await startSome('many-1', 0, true);
  const starts = await interleave(rounds, {
    few: (round) => startSome(`few-${round}`, 0, true),
    many: (round) => startSome('many-0', round * STARTS, true),
  });
  report.ratio(
    `start one of ${rows} against one of ${FEW}`,
    ratiosOf(starts.many, starts.few),
    atMost(1.2),
    [
      `${spreadOf(starts.many).median.toFixed(1)} and ${spreadOf(starts.few).median.toFixed(1)} ms until the \`202\``,
    ].join(),
  );
  await loom.expectCompleted('many-0', rounds * STARTS);

  const alone = spreadOf(starts.many);
  worker.behave('hold');
  const open = isQuick ? 50 : 200;
  const first = rounds * STARTS;
  await many(open, 20, (index) => loom.start('many-0', large[first + index]?.id ?? ''));
  await until('the runs', async () => (await loom.count('many-0', 'running')) === open);
  worker.behave('at-once');
  const busy: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    busy.push(await startSome('many-0', first + open + round * STARTS, true));
  report.ratio(
    `start one more while ${open} run, against none`,
    ratiosOf(busy, starts.many),
    undefined,
    [`${spreadOf(busy).median.toFixed(1)} and ${alone.median.toFixed(1)} ms until the \`202\``].join(),
  );
  expect(worker.held() === open, `${worker.held()} steps are held`);
};
