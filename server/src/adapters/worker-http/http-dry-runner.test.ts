import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DryRunFailed } from '../../application/ports/dry-runner.ts';
import { createHttpDryRunner } from './http-dry-runner.ts';
import { createWorkerClient, type WorkerClient } from './worker-client.ts';
import { createWorkerGuard } from './worker-guard.ts';
import { parseWorkerHosts } from './worker-hosts.ts';

const REQUEST = {
  migrationId: 'hello',
  revision: 'r1',
  candidate: { id: 'world', kind: 'name', labels: {}, metadata: {}, files: [] },
  steps: [],
  inputs: {},
};

describe('dry run over HTTP', () => {
  let client: WorkerClient;
  let server: Server;
  let handle: RequestListener = () => {};
  beforeAll(async () => {
    client = createWorkerClient({ guard: createWorkerGuard(parseWorkerHosts(['loopback'])), connectMs: 300 });
    server = createServer((request, response) => handle(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterEach(() => server.closeAllConnections());
  afterAll(async () => {
    await client.close();
    await new Promise((done) => server.close(done));
  });

  function run(dryRunMaxBytes = 5_000_000, signal = new AbortController().signal) {
    const { port } = server.address() as AddressInfo;
    const runner = createHttpDryRunner({ client, limits: { dryRunTimeoutMs: 500, dryRunMaxBytes } });
    return runner.dryRun(`http://127.0.0.1:${port}`, REQUEST, signal);
  }
  const answerWith =
    (body: unknown, status = 200, type = 'application/json'): RequestListener =>
    (request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body)));
    };

  it('gives back the changes of each step', async () => {
    const steps = [
      { name: 'greet', changes: [{ repo: 'a', path: 'b', status: 'modified', before: 'x', after: 'y' }] },
      { name: 'check', skipped: true, message: 'a person looks' },
    ];
    handle = answerWith({ steps, more: true });
    expect(await run()).toEqual({ steps });
  });

  it('gives back the branches that were looked at', async () => {
    const answer = { steps: [], bases: [{ repo: 'a', branch: 'main', commit: 'abc' }] };
    handle = answerWith(answer);
    expect(await run()).toEqual(answer);
  });

  it('leaves out the content of files larger than 1 MB', async () => {
    const change = { repo: 'a', path: 'b', status: 'new', after: 'x'.repeat(1024 * 1024 + 1) };
    handle = answerWith({ steps: [{ name: 'greet', changes: [change, { ...change, after: 'small' }] }] });
    const [step] = (await run()).steps;
    expect(step?.changes?.[0]).toEqual({
      repo: 'a',
      path: 'b',
      status: 'new',
      note: 'Larger than 1 MB; left out.',
    });
    expect(step?.changes?.[1]?.after).toBe('small');
  });

  it.each([
    ['steps of a wrong shape', answerWith({ steps: [{ name: 'Not A Slug' }] }), 'does not fit'],
    ['no steps', answerWith({}), 'does not fit'],
    ['HTML', answerWith({}, 200, 'text/html'), 'text/html'],
    [
      'a problem',
      answerWith({ detail: 'No such repository.' }, 422, 'application/problem+json'),
      'No such repository.',
    ],
    ['a failure', answerWith({}, 500), '500'],
    ['nothing in time', () => {}, 'did not answer within 0.5 s'],
  ] as [string, RequestListener, string][])(
    'fails with a sentence when the worker answers %s',
    async (_name, listener, words) => {
      handle = listener;
      const failure = await run().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DryRunFailed);
      expect((failure as Error).message).toContain(words);
    },
  );

  it('stops reading an answer that is too large', async () => {
    handle = answerWith({ steps: [], pad: 'x'.repeat(200_000) });
    await expect(run(100_000)).rejects.toThrow('more than 100000 bytes');
  });

  it('is given up when its caller gives up', async () => {
    handle = () => {};
    await expect(run(1000, AbortSignal.abort())).rejects.toThrow('was given up');
  });
});
