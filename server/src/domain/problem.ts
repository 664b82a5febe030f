/** A field that is wrong, with a sentence that says how to mend it. */
export interface FieldError {
  /** JSON Pointer into the body, or the name of a parameter. */
  readonly path: string;
  readonly message: string;
}

/** Words of `x-problems` in the contract that a use case can answer with. */
export type ProblemWord =
  | 'invalid-request'
  | 'not-found'
  | 'unknown-instance'
  | 'owned-by'
  | 'run-open'
  | 'already-completed'
  | 'cancelling'
  | 'not-running'
  | 'not-waiting'
  | 'candidate-gone'
  | 'no-dry-run'
  | 'no-discovery'
  | 'webhook-unusable'
  | 'unauthorized'
  | 'step-not-dispatched'
  | 'nothing-to-undo'
  | 'not-replayable'
  | 'test-callbacks-off'
  | 'run-over'
  | 'missing-input'
  | 'undeclared-input'
  | 'invalid-input'
  | 'unknown-filter'
  | 'cursor-mismatch'
  | 'idempotency-mismatch'
  | 'too-many-updates'
  | 'too-many-migrations'
  | 'worker-unavailable'
  | 'unavailable';

export interface Problem {
  readonly word: ProblemWord;
  readonly detail: string;
  readonly errors?: readonly FieldError[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Findings of a refused announcement. */
  readonly findings?: readonly Finding[] | undefined;
}

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export function succeed<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

export function refuse(
  word: ProblemWord,
  detail: string,
  more: Omit<Problem, 'word' | 'detail'> = {},
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { word, detail, ...more } };
}
