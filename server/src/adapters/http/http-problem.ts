import type { FieldError, Problem, ProblemWord } from '../../domain/problem.ts';

/** Problems that only HTTP knows. */
export type HttpProblemWord =
  | 'malformed-request'
  | 'unsupported-media-type'
  | 'payload-too-large'
  | 'method-not-allowed'
  | 'internal';

/** The one table of statuses; a test holds it equal to `x-problems` of the contract. */
export const PROBLEM_STATUS: Readonly<Record<ProblemWord | HttpProblemWord, number>> = {
  'invalid-request': 422,
  'malformed-request': 400,
  'unsupported-media-type': 415,
  'payload-too-large': 413,
  unauthorized: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'unknown-instance': 404,
  'owned-by': 409,
  'run-open': 409,
  'already-completed': 409,
  cancelling: 409,
  'not-running': 409,
  'not-waiting': 409,
  'candidate-gone': 409,
  'no-dry-run': 409,
  'no-discovery': 409,
  'step-not-dispatched': 409,
  'nothing-to-undo': 409,
  'not-replayable': 409,
  'webhook-unusable': 409,
  'test-callbacks-off': 403,
  'run-over': 410,
  'missing-input': 422,
  'undeclared-input': 422,
  'invalid-input': 422,
  'unknown-filter': 422,
  'cursor-mismatch': 400,
  'idempotency-mismatch': 422,
  'too-many-updates': 429,
  'too-many-migrations': 422,
  'worker-unavailable': 503,
  unavailable: 503,
  internal: 500,
};

/** A problem of a use case, or of HTTP itself. */
export type AnyProblem = Omit<Problem, 'word'> & { readonly word: ProblemWord | HttpProblemWord };

/** Thrown inside of this adapter to end a request with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: AnyProblem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: AnyProblem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}

export function malformed(detail: string, errors?: readonly FieldError[]): HttpProblem {
  return new HttpProblem({
    word: 'malformed-request',
    detail,
    ...(errors === undefined ? {} : { errors }),
  });
}
