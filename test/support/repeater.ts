import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, type Random } from './random.ts';

export interface Repeater {
  /** Where the server reaches the worker: every dispatch goes through it, and its callbacks with it. */
  readonly url: string;
  /** How many messages were passed on, by path and answer, such as `dispatch 202`. */
  readonly answers: ReadonlyMap<string, number>;
  /** Resolves when no copy is under way any more. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface RepeaterOptions {
  /** URL of the worker. */
  readonly workerUrl: string;
  readonly seed: number;
  /** How often each message is delivered in all. */
  readonly times: number;
  /** The copies come within this time, in any order and among those of others. */
  readonly withinMs: number;
}

/** Stands between server and worker and delivers every dispatch and every callback many times, in any order. */
export async function startRepeater(options: RepeaterOptions): Promise<Repeater> {
  const { workerUrl, seed, times, withinMs } = options;
  const answers = new Map<string, number>();
  const copies = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  let url = '';

  async function deliver(what: string, to: string, body: string, headers: Record<string, string>) {
    const response = await fetch(to, {
      method: body === '' ? 'GET' : 'POST',
      ...(body === '' ? {} : { body }),
      headers,
    });
    const text = await response.text();
    const name = `${what} ${response.status}`;
    answers.set(name, (answers.get(name) ?? 0) + 1);
    return { status: response.status, text, mediaType: response.headers.get('content-type') ?? '' };
  }

  async function passOn(request: IncomingMessage) {
    const path = request.url ?? '';
    const body = await readText(request);
    const headers = {
      'content-type': 'application/json',
      ...(request.headers.authorization === undefined
        ? {}
        : { authorization: request.headers.authorization }),
    };
    const back = path.match(/^\/back\/(.*)$/)?.[1];
    const isDispatch = path === '/dispatch-step';
    const to = back === undefined ? `${workerUrl}${path}` : Buffer.from(back, 'base64url').toString();
    const sent = isDispatch ? withOwnCallback(body) : body;
    if (!isDispatch && back === undefined) return deliver(path, to, sent, headers);
    const what = isDispatch ? 'dispatch' : 'callback';
    const random = randomOf(seed, what, body);
    // Copies may also come before the first.
    for (let copy = 1; copy < times; copy += 1) {
      const later = delay(random() * withinMs, undefined, { signal: stopping.signal })
        .then(() => deliver(what, to, sent, headers))
        .catch(() => undefined)
        .finally(() => copies.delete(later));
      copies.add(later);
    }
    await delay((random() * withinMs) / 10);
    return deliver(what, to, sent, headers);
  }

  function withOwnCallback(body: string): string {
    const dispatch = JSON.parse(body) as { readonly callbackUrl: string };
    const back = `${url}/back/${Buffer.from(dispatch.callbackUrl).toString('base64url')}`;
    return JSON.stringify({ ...dispatch, callbackUrl: back });
  }

  const server = createServer((request, response) => {
    passOn(request).then(
      ({ status, text, mediaType }) => response.writeHead(status, { 'content-type': mediaType }).end(text),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answers,
    settled: async () => {
      while (copies.size > 0) await Promise.all(copies);
    },
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface Message {
  readonly stepName: string;
  readonly phase: string;
  readonly attempt: number;
  readonly status?: string;
  readonly candidateId?: string;
  readonly candidate?: { readonly id: string };
}

/** By what the message is of, and not by when it comes, so that the same ones are as late each time. */
function randomOf(seed: number, what: string, body: string): Random {
  const { stepName, phase, attempt, status, candidateId, candidate } = JSON.parse(body) as Message;
  const name = JSON.stringify([what, candidate?.id ?? candidateId, stepName, phase, attempt, status]);
  return createRandom(seed + createHash('sha256').update(name).digest().readInt32LE());
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
