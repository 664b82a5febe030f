import { StoreUnavailable } from '../../application/ports/migration-store.ts';
import type { Contract } from './contract.ts';
import { type AnyProblem, HttpProblem, PROBLEM_STATUS } from './http-problem.ts';
import type { RenderedAnswer } from './rendered-answer.ts';

export interface ProblemPlace {
  /** Path of the request. */
  readonly instance: string;
  readonly traceId: string;
}

const RETRY_AFTER_SECONDS = 5;

/** RFC 9457. Title and mend are the contract's. */
export function renderProblem(
  contract: Contract,
  problem: AnyProblem,
  place: ProblemPlace,
  headers: Readonly<Record<string, string>> = {},
): RenderedAnswer {
  const { word, detail, errors, findings, retryAfterSeconds } = problem;
  const status = PROBLEM_STATUS[word];
  const known = contract.problems[word];
  const retryAfter = retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
      ...headers,
    },
    body: JSON.stringify({
      type: `/problems/${word}`,
      title: known?.title,
      status,
      ...(status === 500 ? {} : { detail }),
      instance: place.instance,
      mend: known?.mend,
      traceId: place.traceId,
      ...(errors === undefined ? {} : { errors }),
      ...(findings === undefined ? {} : { conformance: { findings } }),
    }),
  };
}

/** What a thrown error means to the caller; `isOurs` when it has to be looked into. */
export function problemOfError(error: unknown): {
  readonly problem: AnyProblem;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isOurs: boolean;
} {
  if (error instanceof HttpProblem) return { problem: error.problem, headers: error.headers, isOurs: false };
  if (error instanceof StoreUnavailable)
    return {
      problem: { word: 'unavailable', detail: 'The store does not answer; nothing was changed.' },
      isOurs: true,
    };
  if (isBrokenPath(error))
    return {
      problem: { word: 'malformed-request', detail: 'The path is not percent-encoded UTF-8.' },
      isOurs: false,
    };
  return { problem: { word: 'internal', detail: '' }, isOurs: true };
}

/** Express could not decode a path parameter. */
function isBrokenPath(error: unknown): boolean {
  return error instanceof URIError;
}
