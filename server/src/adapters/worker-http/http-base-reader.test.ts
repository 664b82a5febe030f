import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../application/ports/delivery-log.ts';
import { DryRunFailed } from '../../application/ports/dry-runner.ts';
import { createHttpBaseReader } from './http-base-reader.ts';
import { createWorkerClient, type WorkerClient } from './worker-client.ts';
import { createWorkerGuard } from './worker-guard.ts';
import { parseWorkerHosts } from './worker-hosts.ts';

const asked = { migrationId: 'hello', bases: [{ repo: 'a', branch: 'main' }] };
const instance = { workerApp: 'greeter', instanceId: 'i-1' };

describe('where branches are now, over HTTP', () => {
  let client: WorkerClient;
  let server: Server;
  let handle: RequestListener = () => {};
  const recorded: Exchange[] = [];
  const recorder = { record: (exchange: Exchange) => `d-${recorded.push(exchange)}` };
  beforeAll(async () => {
    client = createWorkerClient({ guard: createWorkerGuard(parseWorkerHosts(['loopback'])), connectMs: 300 });
    server = createServer((request, response) => handle(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const read = () => {
    const { port } = server.address() as AddressInfo;
    recorded.length = 0;
    const reader = createHttpBaseReader({ client, recorder });
    return reader.readBases(`http://127.0.0.1:${port}`, { ...asked, candidateId: 'world', instance });
  };
  const answerWith =
    (text: string, status = 200): RequestListener =>
    (request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(text));
    };

  it('is what the worker answers', async () => {
    let body = '';
    handle = (request, response) => {
      expect(request.url).toBe('/bases');
      request
        .on('data', (chunk) => {
          body += String(chunk);
        })
        .on('end', () => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end('{"bases":[{"repo":"a","branch":"main","commit":"abc"}]}');
        });
    };
    expect(await read()).toEqual([{ repo: 'a', branch: 'main', commit: 'abc' }]);
    expect(JSON.parse(body)).toEqual(asked);
    expect(recorded).toEqual([
      expect.objectContaining({
        ...{ operation: 'bases', direction: 'out', outcome: 'done', status: 200 },
        ...{ migrationId: 'hello', candidateId: 'world', ...instance },
      }),
    ]);
  });

  it('is not known where it answers anything else, in words for people', async () => {
    handle = answerWith('{"detail":"This worker reads no bases."}', 404);
    await expect(read()).rejects.toThrow(
      new DryRunFailed('The worker answered 404. This worker reads no bases.'),
    );
    handle = answerWith('{"bases":[{"repo":"a"}]}');
    await expect(read()).rejects.toThrow(/does not fit the contract/);
    handle = (request) => request.socket.destroy();
    await expect(read()).rejects.toBeInstanceOf(DryRunFailed);
    expect(recorded).toEqual([expect.objectContaining({ operation: 'bases', outcome: 'unreachable' })]);
  });
});
