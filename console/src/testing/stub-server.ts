import { vi } from 'vitest';

export interface Received {
  readonly method: string;
  /** Below the API base, with the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** `undefined` stands for a connection that breaks. */
export type Answer = (request: Received) => Reply | undefined | Promise<Reply | undefined>;

/** Answers in place of the network; reads get an ETag and a `304` as the real server gives them. */
export function stubServer(answer: Answer): { readonly received: Received[] } {
  const received: Received[] = [];
  vi.stubGlobal('fetch', async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const text = await request.text();
    const one: Received = {
      method: request.method,
      path: url.pathname.replace('/api/v1', '') + url.search,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    received.push(one);
    const reply = await answer(one);
    if (reply === undefined) throw new TypeError('The connection broke.');
    return responseOf(one, reply);
  });
  return { received };
}

function responseOf(request: Received, { status = 200, body, headers = {} }: Reply): Response {
  const text = JSON.stringify(body) ?? '';
  const etag = `"${text.length}-${[...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7)}"`;
  if (request.method === 'GET' && status === 200) {
    if (request.headers.get('if-none-match') === etag)
      return new Response(null, { status: 304, headers: { etag } });
    return new Response(text, { status, headers: { 'content-type': 'application/json', etag, ...headers } });
  }
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  return new Response(text === '' ? null : text, { status, headers: { 'content-type': type, ...headers } });
}

export function aProblem(word: string, status: number, over: object = {}): Reply {
  return {
    status,
    body: { type: `/problems/${word}`, title: `Title of ${word}`, status, mend: `Mend of ${word}`, ...over },
  };
}
