import { createHash } from 'node:crypto';
import Bottleneck from 'bottleneck';
import type { Logger } from 'pino';

/**
 * How fast a forge may be asked.
 *
 * `github` is what github.com bears for one token: 10 requests at once, a write a second, a pull request or comment
 * every three seconds. `none` is for a forge without such limits. A limit that the forge answers with (`403` or `429`
 * with `Retry-After`) is waited out in every case.
 */
export type ForgeThrottle =
  | { readonly kind: 'github' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'rates';
      readonly requestsAtOnce: number;
      /** Milliseconds between two requests that write. */
      readonly writeEveryMs: number;
      /** Milliseconds between two requests that notify people, such as a new pull request. */
      readonly notifyEveryMs: number;
      readonly searchEveryMs: number;
    };

const maxWaits = 5;

function groupsFor(throttle: ForgeThrottle) {
  if (throttle.kind === 'github') return {};
  const rates = throttle.kind === 'rates' ? throttle : undefined;
  const every = (minTime: number | undefined) =>
    new Bottleneck.Group(minTime === undefined ? {} : { maxConcurrent: 1, minTime });
  return {
    global: new Bottleneck.Group(rates === undefined ? {} : { maxConcurrent: rates.requestsAtOnce }),
    auth: new Bottleneck.Group(),
    write: every(rates?.writeEveryMs),
    notifications: every(rates?.notifyEveryMs),
    search: every(rates?.searchEveryMs),
  };
}

/** The options of Octokit's throttling plugin. */
export function throttleOptions(throttle: ForgeThrottle, token: string, log: Logger | undefined) {
  const waitOut =
    (limit: string) =>
    (
      retryAfterSeconds: number,
      request: { method: string; url: string },
      _octokit: unknown,
      waits: number,
    ) => {
      log?.warn({ limit, retryAfterSeconds, method: request.method, url: request.url }, 'forge limit met');
      return waits < maxWaits;
    };
  return {
    // The plugin keeps its queues per id, and a forge counts per token.
    id: createHash('sha256').update(token).digest('hex').slice(0, 16),
    ...groupsFor(throttle),
    onRateLimit: waitOut('primary'),
    onSecondaryRateLimit: waitOut('secondary'),
  };
}
