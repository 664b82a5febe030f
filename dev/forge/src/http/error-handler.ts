import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { GithubError } from '../github-error.ts';

/** Turns whatever went wrong into an answer; only what nobody expected is logged as an error. */
export function handleErrors(
  log: Logger,
  send: (res: Response, error: GithubError) => void,
): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const known = toGithubError(error);
    if (!known) log.error({ err: error, method: req.method, path: req.path }, 'request failed');
    if (res.headersSent) res.destroy();
    else send(res, known ?? new GithubError(500, 'Server Error'));
  };
}

function toGithubError(error: unknown): GithubError | undefined {
  if (error instanceof GithubError) return error;
  if (!(error instanceof Error)) return undefined;
  // What express and its body parser refuse carries a status.
  if (!('status' in error) || typeof error.status !== 'number' || error.status >= 500) return undefined;
  const isBadJson = 'type' in error && error.type === 'entity.parse.failed';
  return new GithubError(error.status, isBadJson ? 'Problems parsing JSON' : error.message);
}
