import { integer, MB, oneOf, setting } from './setting.ts';

/** How workers are watched, dialled and asked for previews. */
export const WORKER_SETTINGS = {
  LOOM_LEASE_SECONDS: setting(integer(3, 3600), {
    group: 'Workers',
    unit: 'seconds',
    default: '30',
    description: 'How long an instance counts as alive after a heartbeat.',
  }),
  LOOM_HEARTBEAT_SECONDS: setting(integer(1, 1200), {
    group: 'Workers',
    unit: 'seconds',
    default: '10',
    description: 'How often instances are asked to send a heartbeat. At most half of the lease.',
  }),
  LOOM_DISPATCH_CONNECT_MS: setting(integer(50, 2900), {
    group: 'Workers',
    unit: 'milliseconds',
    default: '1000',
    description: 'Time to connect to a worker. A dial is one local activity, whose bound is 3 s.',
  }),
  LOOM_DISPATCH_TIMEOUT_MS: setting(integer(100, 3000), {
    group: 'Workers',
    unit: 'milliseconds',
    default: '3000',
    description: 'Time for a whole dial of a worker with a step, connecting included.',
  }),
  LOOM_DISPATCH_MAX_BYTES: setting(integer(64 * 1024, 64 * MB), {
    group: 'Workers',
    unit: 'bytes',
    default: String(4 * MB),
    description: 'Largest body of a dispatch; a step that needs more fails with that reason.',
  }),
  LOOM_DRY_RUN_WAIT_SECONDS: setting(integer(0, 120), {
    group: 'Workers',
    unit: 'seconds',
    default: '30',
    description: 'How long a preview is waited for before it is answered with 202 and a place to look.',
  }),
  LOOM_DRY_RUN_TIMEOUT_SECONDS: setting(integer(1, 3600), {
    group: 'Workers',
    unit: 'seconds',
    default: '600',
    description: 'Time for a whole preview, after which it has failed.',
  }),
  LOOM_DRY_RUN_LEASE_SECONDS: setting(integer(3, 300), {
    group: 'Workers',
    unit: 'seconds',
    default: '15',
    description: 'How soon after the process that makes a preview died the preview is seen to have failed.',
  }),
  LOOM_DRY_RUN_MAX_BYTES: setting(integer(MB, 256 * MB), {
    group: 'Workers',
    unit: 'bytes',
    default: String(32 * MB),
    description: "Largest answer of a worker to a preview's request.",
  }),
  LOOM_DELIVERIES_KEPT: setting(integer(1, 1_000_000), {
    group: 'Workers',
    unit: 'deliveries',
    default: '5000',
    description:
      'How many exchanges with workers are kept of each migration, for at most seven days and in at most about 50 MB of Redis; one takes 2 to 45 KB.',
  }),
  LOOM_TEST_CALLBACKS: setting(oneOf(['on', 'off']), {
    group: 'Workers',
    default: 'off',
    description:
      'Whether people may send callbacks in place of a worker. For development: never `on` where real workers report.',
  }),
} as const;
