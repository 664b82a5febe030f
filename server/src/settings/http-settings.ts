import { integer, MB, setting } from './setting.ts';

/** Bounds of requests, of shutdown, and of what may be announced. */
export const HTTP_SETTINGS = {
  LOOM_ANNOUNCEMENT_MAX_BYTES: setting(integer(1024, 64 * MB), {
    group: 'HTTP',
    unit: 'bytes',
    default: String(MB),
    description: 'Largest announcement.',
  }),
  LOOM_CANDIDATES_MAX_BYTES: setting(integer(1024, 64 * MB), {
    group: 'HTTP',
    unit: 'bytes',
    default: String(8 * MB),
    description: 'Largest submission of candidates. 1,000 rows of 4.5 KB stall the event loop for 50 ms.',
  }),
  LOOM_BODY_MAX_BYTES: setting(integer(1024, 16 * MB), {
    group: 'HTTP',
    unit: 'bytes',
    default: String(64 * 1024),
    description:
      'Largest body of every other request. A callback may have 256 KB more around its metadata and outputs; a heartbeat may be as large as a submission of candidates.',
  }),
  LOOM_IDEMPOTENCY_WAIT_MS: setting(integer(0, 60_000), {
    group: 'HTTP',
    unit: 'milliseconds',
    default: '10000',
    description:
      'How long a request waits for another one that is being answered under the same Idempotency-Key.',
  }),
  LOOM_SHUTDOWN_SECONDS: setting(integer(1, 600), {
    group: 'HTTP',
    unit: 'seconds',
    default: '25',
    description: 'From SIGTERM to the end of the process at the latest.',
  }),
  LOOM_MAX_MIGRATIONS: setting(integer(1, 100_000), {
    group: 'Runs',
    unit: 'migrations',
    default: '1000',
    description: 'More than these cannot be announced.',
  }),
} as const;
