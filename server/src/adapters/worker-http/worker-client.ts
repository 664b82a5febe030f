import { Agent, errors, request } from 'undici';
import { ForbiddenWorkerUrl, type WorkerGuard } from './worker-guard.ts';

export interface WorkerCall {
  readonly workerUrl: string;
  /** Added to the path of the workerUrl. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** JSON text. */
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** From connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export type WorkerAnswer = {
  /** Headers of the request. */
  readonly sent: Readonly<Record<string, string>>;
} & (
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly mediaType: string;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly header: (name: string) => string | undefined;
      readonly text: string;
    }
  | {
      readonly kind: 'none';
      /** A sentence. */
      readonly reason: string;
      /** Unless the URL itself is to blame. */
      readonly isFault: boolean;
      /** The worker cannot have got anything of it. */
      readonly isUnsent: boolean;
      /** Of an answer that is too large to be read. */
      readonly status?: number;
    }
);

export interface WorkerClient {
  /** Never throws for what a worker or the network does. */
  readonly call: (call: WorkerCall) => Promise<WorkerAnswer>;
  readonly close: () => Promise<void>;
}

class TooLarge extends Error {
  readonly status: number;

  constructor(status: number) {
    super('The answer is too large.');
    this.status = status;
  }
}

/** HTTP to announced URLs: bounded in time and size, guarded, and never redirected. */
export function createWorkerClient(options: {
  readonly guard: WorkerGuard;
  readonly connectMs: number;
}): WorkerClient {
  const { guard, connectMs } = options;
  const agent = new Agent({
    connect: { timeout: connectMs, lookup: guard.lookup, autoSelectFamily: true },
    // Below the 5 s after which Node servers drop idle connections, so that no dial meets a closing one.
    keepAliveTimeout: 3_000,
    // `timeoutMs` bounds the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    call: async (call) => {
      // Not AbortSignal.timeout: its timer cannot be cleared, and rings with an error of its own after each answered call.
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(), call.timeoutMs);
      const sent = {
        accept: 'application/json, application/problem+json',
        'user-agent': 'loom',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      };
      try {
        const url = guard.check(call.workerUrl);
        url.pathname = `${url.pathname.replace(/\/+$/, '')}${call.path}`;
        const response = await request(url, {
          dispatcher: agent,
          method: call.method,
          headers: sent,
          body: call.body ?? null,
          signal: call.signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, call.signal]),
        });
        const text = await readAtMost(response, call.maxAnswerBytes);
        const header = (name: string) => firstOf(response.headers[name]);
        return {
          kind: 'answer',
          sent,
          status: response.statusCode,
          mediaType: (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
          headers: response.headers,
          header,
          text,
        };
      } catch (error) {
        const cause = causeOf(error);
        return {
          kind: 'none',
          sent,
          reason: explain(error, call, timeout.signal.aborted),
          isFault: !(cause instanceof ForbiddenWorkerUrl),
          isUnsent: isUnsent(cause),
          ...(cause instanceof TooLarge ? { status: cause.status } : {}),
        };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

async function readAtMost(
  { body, statusCode }: { readonly body: AsyncIterable<Buffer>; readonly statusCode: number },
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge(statusCode);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function explain(error: unknown, call: WorkerCall, hasTimedOut: boolean): string {
  const cause = causeOf(error);
  if (cause instanceof ForbiddenWorkerUrl) return cause.message;
  const place = placeOf(call.workerUrl);
  if (cause instanceof TooLarge) return `${place} answered with more than ${call.maxAnswerBytes} bytes.`;
  if (hasTimedOut) return `${place} did not answer within ${call.timeoutMs / 1000} s.`;
  if (call.signal?.aborted) return `The call of ${place} was given up.`;
  if (cause instanceof errors.ConnectTimeoutError) return `${place} could not be connected to in time.`;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${place}.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of ${place} cannot be resolved.`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return `${place} closed the connection without an answer.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${place} cannot be reached from here.`;
    default:
      return `${place} did not answer in HTTP${code === '' ? '' : ` (${code})`}.`;
  }
}

/** No connection was made. What fails afterwards may have reached the worker. */
function isUnsent(cause: unknown): boolean {
  if (cause instanceof ForbiddenWorkerUrl || cause instanceof errors.ConnectTimeoutError) return true;
  const { syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo';
}

/** With several addresses, the first failure stands for all; what the guard says comes before. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError) {
    const forbidden = error.errors.find((one) => one instanceof ForbiddenWorkerUrl);
    return forbidden ?? error.errors[0] ?? error;
  }
  return error;
}

function placeOf(workerUrl: string): string {
  return URL.canParse(workerUrl) ? new URL(workerUrl).origin : 'The worker';
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
