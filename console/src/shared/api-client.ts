import type { paths } from '@loom/api';
import createClient from 'openapi-fetch';
import { connection } from './connection.ts';
import { NoAnswerError, type Problem, ProblemError } from './problem.ts';

const readTimeoutMs = 10_000;
// A dry run is answered within 30 s, or with a 202.
const writeTimeoutMs = 40_000;

export const apiBase = '/api/v1';

export const api = createClient<paths>({ baseUrl: `${location.origin}${apiBase}`, fetch: fetchWithin });

async function fetchWithin(request: Request): Promise<Response> {
  const timeoutMs = request.method === 'GET' ? readTimeoutMs : writeTimeoutMs;
  const startedAt = Date.now();
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(new Request(request, { signal, cache: 'no-store' }));
    if (isFromProxy(response)) throw new NoAnswerError(`Something in between answered ${response.status}.`);
    connection.answered();
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    connection.unanswered(startedAt);
    if (error instanceof NoAnswerError) throw error;
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const message = isLate ? `No answer within ${timeoutMs / 1000} s.` : 'The connection failed.';
    throw new NoAnswerError(message, { cause: error });
  }
}

/** A gateway answers in the server's place, without a problem of ours. */
function isFromProxy(response: Response): boolean {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  return [502, 503, 504].includes(response.status) && !isProblem;
}

export interface FetchAnswer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of a good answer, or a {@link ProblemError}, or a {@link NoAnswerError} for half an answer. */
export async function answerOf<T>(call: Promise<FetchAnswer<T>>): Promise<{ body: T; response: Response }> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    const why = whyUnreadable(cause);
    throw why === undefined ? cause : new NoAnswerError(why, { cause });
  });
  if (response.ok) return { body: data as T, response };
  throw problemFrom(error, response);
}

/** The headers came, but the body did not end or cannot be read. */
function whyUnreadable(cause: unknown): string | undefined {
  if (cause instanceof SyntaxError) return 'What came in its place cannot be read.';
  const isLate = cause instanceof DOMException && cause.name === 'TimeoutError';
  return cause instanceof TypeError || isLate ? 'The answer broke off in the middle.' : undefined;
}

function problemFrom(error: unknown, response: Response): ProblemError {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const problem: Problem = isProblem(error)
    ? error
    : { type: 'about:blank', title: `The server answered ${response.status}`, status: response.status };
  return new ProblemError(problem, Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'type' in value && 'title' in value;
}
