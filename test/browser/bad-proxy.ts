import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How it treats what is asked of the API; files of the console always pass. */
export type Treatment =
  | 'pass'
  /** Resets the connection. */
  | 'reset'
  /** Answers so late that a person notices. */
  | 'slow'
  /** Says how long the body is, sends half of it and hangs up. */
  | 'cut'
  /** A body that ends in the middle of its JSON. */
  | 'garbage'
  /** A page of its own in the server's place. */
  | 'page'
  /** A gateway that cannot reach the server. */
  | 'gateway'
  /** A problem in the server's form. */
  | 'problem'
  /** As if it had never been there. */
  | 'gone';

export interface BadProxy {
  readonly url: string;
  /** Paths of the API as they were asked, the oldest first. */
  readonly asked: readonly string[];
  treat(treatment: Treatment, path?: RegExp): void;
  stop(): Promise<void>;
}

const SLOW_MS = 2_500;

/** Stands between the browser and a server, and does what networks do. */
export async function openBadProxy(target: string): Promise<BadProxy> {
  const asked: string[] = [];
  let current: Treatment = 'pass';
  let ofPath = /^\/api\//;

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (path.startsWith('/api/')) asked.push(path);
    const treatment = ofPath.test(path) ? current : 'pass';
    switch (treatment) {
      case 'reset':
        return void incoming.socket.resetAndDestroy();
      case 'gateway':
        return answer(outgoing, 502, 'text/html', '<h1>Bad gateway</h1>');
      case 'page':
        return answer(outgoing, 200, 'text/html', '<h1>Please sign in to the network</h1>');
      case 'problem':
        return answer(
          outgoing,
          503,
          'application/problem+json',
          problem('unavailable', 'Redis is away', 503),
        );
      case 'gone':
        return answer(
          outgoing,
          404,
          'application/problem+json',
          problem('not-found', 'There is no such thing', 404),
        );
      case 'slow':
        return void setTimeout(() => forward(target, incoming, outgoing, 'pass'), SLOW_MS);
      case 'pass':
      case 'cut':
      case 'garbage':
        return forward(target, incoming, outgoing, treatment);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    treat: (treatment, path = /^\/api\//) => {
      current = treatment;
      ofPath = path;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function answer(outgoing: ServerResponse, status: number, type: string, body: string): void {
  outgoing.writeHead(status, { 'content-type': type }).end(body);
}

function problem(word: string, title: string, status: number): string {
  return JSON.stringify({ type: `/problems/${word}`, title, status, mend: 'Wait a moment.' });
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  treatment: 'pass' | 'cut' | 'garbage',
): void {
  // A body that is to be spoilt must be there, and readable.
  const { 'if-none-match': _, 'accept-encoding': __, ...headers } = incoming.headers;
  const asked = request(
    new URL(incoming.url ?? '/', target),
    { method: incoming.method, headers: treatment === 'pass' ? incoming.headers : headers },
    (response) => {
      if (treatment === 'pass') {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const half = body.subarray(0, Math.ceil(body.length / 2));
        const length = treatment === 'cut' ? body.length : half.length;
        outgoing.writeHead(response.statusCode ?? 502, {
          'content-type': 'application/json',
          'content-length': length,
        });
        outgoing.write(half, () => {
          if (treatment === 'cut') incoming.socket.resetAndDestroy();
          else outgoing.end();
        });
      });
    },
  );
  asked.on('error', () => outgoing.destroy());
  incoming.pipe(asked);
}
