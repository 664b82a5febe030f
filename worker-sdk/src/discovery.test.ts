import { describe, expect, it } from 'vitest';
import { type Candidate, type DiscoveredCandidates, defineMigration } from './define-migration.ts';
import { defineStep } from './define-step.ts';
import { review } from './migration-step.ts';
import { succeeded } from './outcomes.ts';
import { collectLogs, post, startTestServer, startTestWorker } from './test-support/start-test-worker.ts';
import { until } from './test-support/until.ts';

const sign = defineStep({ type: 'sign', run: async () => succeeded() });
const unlisted = defineStep({ type: 'unlisted', run: async () => succeeded() });

function migrationOf(discover: (signal: AbortSignal) => DiscoveredCandidates, discoverEveryMs?: number) {
  return defineMigration({
    id: 'hello',
    name: 'Hello',
    steps: [{ name: 'sign', use: sign }],
    discover: ({ signal }) => discover(signal),
    ...(discoverEveryMs === undefined ? {} : { discoverEveryMs }),
  });
}

const ids = (count: number): Candidate[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c-${index}` }));

describe('discovery', () => {
  it('starts when the migration is announced and submits in chunks, the last one final', async () => {
    const { server } = await startTestWorker({
      migrations: [
        migrationOf(async function* () {
          yield* ids(1_500);
        }),
      ],
    });
    await until(() => expect(server.submissions).toHaveLength(2));
    expect(server.submissions.map(({ body }) => [body.candidates.length, body.final])).toEqual([
      [1_000, false],
      [500, true],
    ]);
    expect(new Set(server.submissions.map(({ body }) => body.discoveryId)).size).toBe(1);
    expect(server.breaches).toEqual([]);
  });

  it('keeps a chunk below 8 MB', async () => {
    const text = 'x'.repeat(900_000);
    const { worker, server } = await startTestWorker({
      migrations: [migrationOf(async () => ids(10).map(({ id }) => ({ id, metadata: { text } })))],
    });
    await worker.announced;
    await worker.discover();
    expect(server.submissions.map(({ body }) => [body.candidates.length, body.final])).toEqual([
      [9, false],
      [1, true],
    ]);
  });

  it('gives a candidate labels, files and steps of its own', async () => {
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async () => [
          {
            id: 'apps/ä b',
            labels: { team: 'x' },
            metadata: { n: 1 },
            files: [{ name: 'dev', files: [{ path: 'a.yaml' }] }],
            steps: [{ name: 'only', use: sign }, review({ name: 'check' })],
          },
        ]),
      ],
    });
    await worker.announced;
    await worker.discover();
    expect(server.submissions[0]?.body.candidates).toEqual([
      {
        id: 'apps/ä b',
        kind: 'repository',
        labels: { team: 'x' },
        metadata: { n: 1 },
        files: [{ name: 'dev', files: [{ path: 'a.yaml' }] }],
        steps: [
          {
            name: 'only',
            workerApp: 'greeter',
            kind: 'dispatch',
            type: 'sign',
            config: {},
            compensable: false,
          },
          { name: 'check', workerApp: 'greeter', kind: 'review', compensable: false },
        ],
      },
    ]);
  });

  it('leaves out what does not fit, says so, and then marks nothing as gone', async () => {
    const { lines, logger } = collectLogs();
    const { worker, server } = await startTestWorker({
      logger,
      migrations: [
        migrationOf(async () => [
          { id: 'good' },
          { id: ' padded' },
          { id: 'large', metadata: { text: 'x'.repeat(1_100_000) } },
          { id: 'stepping', steps: [{ name: 'a', use: unlisted }] },
        ]),
      ],
    });
    await worker.announced;
    const [report] = await worker.discover('hello');
    expect(report).toEqual({ migrationId: 'hello', submitted: 1, leftOut: 3, isFinal: false });
    expect(server.submissions[0]?.body).toMatchObject({ candidates: [{ id: 'good' }], final: false });
    expect(lines.filter(({ msg }) => msg === 'left out a candidate').map(({ mistakes }) => mistakes)).toEqual(
      [
        [expect.stringMatching(/^id: must be 1 to 255 bytes/)],
        [expect.stringMatching(/^it takes 1075 KB/)],
        [`steps[0].use: list the step type "unlisted" in the migration's stepTypes`],
      ],
    );
  });

  it('is never final when the hook throws, and is tried again on schedule', async () => {
    let looks = 0;
    const { lines, logger } = collectLogs();
    const { server } = await startTestWorker({
      logger,
      migrations: [
        migrationOf(async function* () {
          looks += 1;
          yield { id: 'found' };
          if (looks === 1) throw new Error('The forge is away.');
        }, 20),
      ],
    });
    await until(() => expect(server.submissions.at(-1)?.body.final).toBe(true));
    expect(server.submissions[0]?.body).toMatchObject({ candidates: [{ id: 'found' }], final: false });
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'the discovery failed',
        err: expect.objectContaining({ message: 'The forge is away.' }),
      }),
    );
  });

  it('runs once at a time, however often it is asked for', async () => {
    let looks = 0;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(async function* () {
          looks += 1;
          await ended;
          yield { id: 'a' };
        }),
      ],
    });
    await worker.announced;
    const [one, two] = [worker.discover(), worker.discover('hello')];
    expect((await post(`${worker.url}/discover`, { migrationId: 'hello' })).status).toBe(202);
    end();
    expect(await one).toEqual(await two);
    expect(looks).toBe(1);
    expect(server.submissions).toHaveLength(1);
    expect((await post(`${worker.url}/discover`, { migrationId: 'hello' })).status).toBe(202);
    await until(() => expect(server.submissions).toHaveLength(2));
    expect((await post(`${worker.url}/discover`, { migrationId: 'else' })).status).toBe(404);
    expect(await worker.discover('else')).toEqual([]);
  });

  it('repeats a submission that did not get through, and gives up one that is refused', async () => {
    const server = await startTestServer();
    server.scripts.submit = (_body, response, times) => {
      if (times === 1) response.status(503).set('Retry-After', '0').end();
      else if (times === 3) response.status(422).type('application/problem+json').send('{"title":"No"}');
      else return false;
      return true;
    };
    const { worker } = await startTestWorker({ migrations: [migrationOf(async () => ids(1))] }, server);
    await until(() => expect(server.submissions).toHaveLength(2), 5_000);
    const [report] = await until(async () => {
      const reports = await worker.discover();
      expect(reports[0]?.error).toBeDefined();
      return reports;
    });
    expect(report).toMatchObject({ submitted: 0, isFinal: false });
    expect(report?.error).toBe('The candidates could not be submitted: HTTP 422: No');
  });

  it('announces the migration again when the server does not know it', async () => {
    const server = await startTestServer();
    server.scripts.submit = (_body, response) => {
      if (server.announcements.length > 1) return false;
      response.status(404).end();
      return true;
    };
    await startTestWorker({ migrations: [migrationOf(async () => ids(1))] }, server);
    await until(() => expect(server.submissions.at(-1)?.body.final).toBe(true));
    await until(() => expect(server.announcements.length).toBeGreaterThan(1));
  });

  it('is aborted when the worker shuts down', async () => {
    let reason: unknown;
    const { worker, server } = await startTestWorker({
      migrations: [
        migrationOf(
          (signal) =>
            new Promise((_, reject) =>
              signal.addEventListener('abort', () => {
                reason = signal.reason;
                reject(signal.reason);
              }),
            ),
        ),
      ],
    });
    await worker.announced;
    await until(() => expect(server.heartbeats.length).toBeGreaterThan(0));
    await worker.close();
    expect(reason).toBeInstanceOf(Error);
    expect(server.submissions).toEqual([]);
  });
});
