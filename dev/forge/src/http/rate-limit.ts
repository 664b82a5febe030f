import type { RequestHandler, Response } from 'express';
import { GithubError } from '../github-error.ts';
import type { Schema } from '../present/schema.ts';

/** Limits for each token. What is left out is not limited. */
export interface RateLimits {
  readonly corePerHour?: number;
  readonly codeSearchPerMinute?: number;
  /** Secondary limits: writes of any kind, and requests at the same moment. */
  readonly writesPerMinute?: number;
  readonly writesPerHour?: number;
  readonly concurrent?: number;
}

/** What github.com allows a user's token, as documented. */
export const GITHUB_RATE_LIMITS: RateLimits = {
  corePerHour: 5000,
  codeSearchPerMinute: 10,
  writesPerMinute: 80,
  writesPerHour: 500,
  concurrent: 100,
};

type Resource = 'core' | 'code_search';

interface Window {
  used: number;
  resetsAt: number;
}

interface Account {
  readonly windows: Record<Resource, Window>;
  writes: number[];
  concurrent: number;
}

export interface RateLimiter {
  /** Counts a request of this token, or answers it with the limit that it met. */
  limit(token: string): RequestHandler;
  overview(token: string): Schema<'rate-limit-overview'>;
  /** The answer of a token that has used up its primary limit. */
  exhaust(res: Response, resetAfterS: number): GithubError;
}

// Announced in headers where there is no limit, so that clients always find them.
const UNLIMITED = 1_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const PERIOD_MS: Record<Resource, number> = { core: HOUR_MS, code_search: MINUTE_MS };

export function createRateLimiter(limits: RateLimits, now: () => Date): RateLimiter {
  const accounts = new Map<string, Account>();
  const allowed: Record<Resource, number> = {
    core: limits.corePerHour ?? UNLIMITED,
    code_search: limits.codeSearchPerMinute ?? UNLIMITED,
  };

  function accountOf(token: string): Account {
    let account = accounts.get(token);
    if (!account) {
      const windows = { core: { used: 0, resetsAt: 0 }, code_search: { used: 0, resetsAt: 0 } };
      account = { windows, writes: [], concurrent: 0 };
      accounts.set(token, account);
    }
    return account;
  }

  function windowOf(token: string, resource: Resource): Window {
    const window = accountOf(token).windows[resource];
    const at = now().getTime();
    if (window.resetsAt <= at) Object.assign(window, { used: 0, resetsAt: at + PERIOD_MS[resource] });
    return window;
  }

  /** Seconds until a secondary limit allows another request, or nothing when it does now. */
  function secondaryWaitS(account: Account, isWrite: boolean): number | undefined {
    const at = now().getTime();
    if (limits.concurrent !== undefined && account.concurrent >= limits.concurrent) return 1;
    if (!isWrite) return undefined;
    account.writes = account.writes.filter((time) => time > at - HOUR_MS);
    const waits = [
      waitFor(account.writes, limits.writesPerMinute, MINUTE_MS, at),
      waitFor(account.writes, limits.writesPerHour, HOUR_MS, at),
    ];
    const waitMs = Math.max(...waits);
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined;
  }

  return {
    limit: (token) => (req, res, next) => {
      const resource: Resource = req.path.startsWith('/search/code') ? 'code_search' : 'core';
      const account = accountOf(token);
      const window = windowOf(token, resource);
      const isCounted = req.path !== '/rate_limit';
      const isRead = req.method === 'GET' || req.method === 'HEAD';
      const isOver = isCounted && window.used >= allowed[resource];
      if (isCounted && !isOver) window.used += 1;
      const settle = () => {
        // A conditional request that finds nothing new is free.
        if (res.statusCode === 304 && isCounted && !isOver) window.used = Math.max(0, window.used - 1);
      };
      announce(res, { resource, window, limit: allowed[resource], settle });
      if (isOver) throw new GithubError(403, 'API rate limit exceeded for this user.');
      const waitS = secondaryWaitS(account, !isRead);
      if (waitS !== undefined) throw secondaryLimit(403, waitS);
      if (!isRead) account.writes.push(now().getTime());
      account.concurrent += 1;
      res.once('close', () => {
        account.concurrent -= 1;
      });
      next();
    },
    overview(token) {
      const describe = (resource: Resource) => {
        const window = windowOf(token, resource);
        return presentWindow(window, allowed[resource]);
      };
      const core = describe('core');
      const search = describe('code_search');
      return { resources: { core, search, code_search: search }, rate: core };
    },
    exhaust(res, resetAfterS) {
      const resetsAt = now().getTime() + resetAfterS * 1000;
      const limit = allowed.core;
      announce(res, { resource: 'core', window: { used: limit, resetsAt }, limit, settle: () => undefined });
      return new GithubError(403, 'API rate limit exceeded for this user.');
    },
  };
}

export function secondaryLimit(status: 403 | 429, retryAfterS: number): GithubError {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return new GithubError(status, message, { headers: { 'Retry-After': String(retryAfterS) } });
}

function waitFor(times: readonly number[], limit: number | undefined, periodMs: number, at: number): number {
  if (limit === undefined) return 0;
  const recent = times.filter((time) => time > at - periodMs);
  const blocking = recent.at(-limit);
  return recent.length < limit || blocking === undefined ? 0 : blocking + periodMs - at;
}

function presentWindow(window: Window, limit: number): Schema<'rate-limit'> {
  return {
    limit,
    remaining: Math.max(0, limit - window.used),
    reset: Math.ceil(window.resetsAt / 1000),
    used: window.used,
  };
}

interface Announcement {
  readonly resource: Resource;
  readonly window: Window;
  readonly limit: number;
  readonly settle: () => void;
}

const announcements = new WeakMap<Response, Announcement>();

/** The headers say what is left after this request, which only its end can tell. */
function announce(res: Response, announcement: Announcement): void {
  const isHooked = announcements.has(res);
  announcements.set(res, announcement);
  if (isHooked) return;
  const writeHead = res.writeHead.bind(res);
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    const { resource, window, limit, settle } = announcements.get(res) ?? announcement;
    settle();
    const state = presentWindow(window, limit);
    res.setHeader('X-RateLimit-Limit', state.limit);
    res.setHeader('X-RateLimit-Remaining', state.remaining);
    res.setHeader('X-RateLimit-Reset', state.reset);
    res.setHeader('X-RateLimit-Used', state.used);
    res.setHeader('X-RateLimit-Resource', resource);
    res.writeHead = writeHead;
    return writeHead(...args);
  }) as typeof writeHead;
}
