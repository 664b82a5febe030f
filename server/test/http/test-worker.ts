import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A worker that answers what a test tells it to. */
export interface TestWorker {
  readonly url: string;
  /** By path. */
  readonly answers: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  close(): Promise<void>;
}

export async function startTestWorker(): Promise<TestWorker> {
  const answers: TestWorker['answers'] = new Map();
  answers.set('/healthz', (_request, response) => response.end('{"status":"ok"}'));
  answers.set('/discover', (_request, response) => response.writeHead(202).end());
  answers.set('/dry-run', (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        steps: [{ name: 'greet', changes: [{ repo: 'a', path: 'b', status: 'new', after: 'c' }] }],
      }),
    ),
  );
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = answers.get(request.url ?? '');
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
