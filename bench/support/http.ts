import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly etag: string | undefined;
  /** Of head and body as they came. */
  readonly bytes: number;
  readonly ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One request over a kept connection. Cheaper than `fetch`, since the caller shares the processors with what it measures. */
export function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        agent,
        headers: {
          ...headers,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            body: received.toString(),
            etag: response.headers.etag,
            bytes: received.length + response.rawHeaders.join('').length + 2 * response.rawHeaders.length,
            ms: performance.now() - startedAt,
          });
        });
      },
    );
    sent.setTimeout(60_000, () => sent.destroy(new Error(`${method} ${url}: no answer`)));
    sent.on('error', reject);
    sent.end(text);
  });
}

export function closeConnections(): void {
  agent.destroy();
}
