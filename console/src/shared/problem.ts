import type { components } from '@loom/api';

export type Problem = components['schemas']['Problem'];

/** The server answered, and the answer is a problem (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** The word of its own that the type ends in, such as `run-open`. */
  get word(): string {
    return this.problem.type.slice(this.problem.type.lastIndexOf('/') + 1);
  }
}

/** The server did not answer, or not in a way that can be read. What was asked for may or may not have happened. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export interface ProblemText {
  readonly title: string;
  readonly detail?: string;
  readonly mend?: string;
  readonly traceId?: string;
  readonly fields: readonly { readonly path: string; readonly message: string }[];
}

/** What a person is told about a failure, whatever it was. */
export function problemText(error: unknown): ProblemText {
  if (error instanceof ProblemError) {
    const { title, detail, mend, traceId, errors } = error.problem;
    return {
      title,
      ...(detail !== undefined && detail !== title && { detail }),
      ...(mend !== undefined && { mend }),
      ...(traceId !== undefined && { traceId }),
      fields: errors ?? [],
    };
  }
  if (error instanceof NoAnswerError) {
    return {
      title: 'The server does not answer',
      detail: error.message,
      mend: 'Try again in a moment.',
      fields: [],
    };
  }
  return {
    title: 'Something went wrong in this page',
    detail: error instanceof Error ? error.message : String(error),
    mend: 'Reload the page; when it stays, tell whoever runs Loom.',
    fields: [],
  };
}

/** The name of the input that a field error is about, when it is about one: `/inputs/colour` is `colour`. */
export function inputNameOf(path: string): string | undefined {
  const match = /^\/?inputs\/(.+)$/.exec(path);
  return match?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Whether sending the same request again, with the same key, makes sense by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof ProblemError && error.problem.status === 503);
}

/** The server knows no such thing, or not any more. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.word === 'not-found';
}
