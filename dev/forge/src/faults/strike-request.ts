import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { GithubError } from '../github-error.ts';
import { type RateLimiter, secondaryLimit } from '../http/rate-limit.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

/** Lets the planned faults strike a request; `false` when it must not go on. */
export async function strikeRequest(
  plan: FaultPlan,
  limiter: RateLimiter,
  req: Request,
  res: Response,
  path: string,
): Promise<boolean> {
  for (const fault of plan.strike(req.method, path)) {
    if (!(await strike(fault, limiter, req, res))) return false;
  }
  return !res.destroyed;
}

async function strike(fault: Fault, limiter: RateLimiter, req: Request, res: Response): Promise<boolean> {
  switch (fault.kind) {
    case 'secondary-limit':
      throw secondaryLimit(fault.status ?? 403, fault.retryAfterS ?? 60);
    case 'primary-limit':
      throw limiter.exhaust(res, fault.resetAfterS ?? 60);
    case 'slow':
      await pause(fault.delayMs, res);
      return true;
    case 'bad-gateway':
      if (fault.when === 'before') throw new GithubError(502, 'Server Error');
      loseAnswer(res, () => {
        res.status(502).set('Content-Type', 'application/json; charset=utf-8');
        res.end(JSON.stringify({ message: 'Server Error' }));
      });
      return true;
    case 'drop':
      if (fault.when === 'after') {
        loseAnswer(res, () => req.socket.destroy());
        return true;
      }
      req.socket.destroy();
      return false;
    default:
      return fault satisfies never;
  }
}

/** Ends early when the client goes away, or the forge closes. */
async function pause(delayMs: number, res: Response): Promise<void> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  res.once('close', onClose);
  await delay(delayMs, undefined, { signal: gone.signal }).catch(() => undefined);
  res.off('close', onClose);
}

/** Lets the handler believe that it answers, and answers differently when it is done. */
function loseAnswer(res: Response, answer: () => void): void {
  const write = res.write.bind(res);
  const end = res.end.bind(res);
  const writeHead = res.writeHead.bind(res);
  res.write = () => true;
  res.writeHead = () => res;
  res.end = (() => {
    Object.assign(res, { write, end, writeHead });
    for (const name of res.getHeaderNames()) {
      if (/^(content-|etag|link|location|cache-control)/.test(name)) res.removeHeader(name);
    }
    answer();
    return res;
  }) as typeof res.end;
}
