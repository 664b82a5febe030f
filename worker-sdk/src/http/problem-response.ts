import type { Response } from 'express';

/** What a worker answers when it does not do what it is asked: word of the problem -> status and title. */
const problems = {
  'malformed-request': { status: 400, title: 'The request could not be read' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'webhook-unusable': { status: 409, title: 'The webhook cannot be used' },
  superseded: { status: 409, title: 'The attempt is superseded or cancelled' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'invalid-request': { status: 422, title: 'The request does not fit' },
  'too-many-requests': { status: 429, title: 'The worker is busy' },
  unavailable: { status: 503, title: 'The worker cannot take it now' },
} as const;

export type ProblemWord = keyof typeof problems;

/** Answers with problem details (RFC 9457). */
export function sendProblem(
  response: Response,
  word: ProblemWord,
  detail: string,
  more: { readonly errors?: readonly string[]; readonly retryAfterSeconds?: number } = {},
): void {
  const { status, title } = problems[word];
  if (more.retryAfterSeconds !== undefined) response.set('Retry-After', String(more.retryAfterSeconds));
  response
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `/problems/${word}`,
        title,
        status,
        detail,
        ...(more.errors === undefined || more.errors.length === 0 ? {} : { errors: more.errors }),
      }),
    );
}
