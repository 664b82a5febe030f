import { z } from 'zod';
import { parseListenAddress } from './listen-address.ts';

/** What the reference page and `.env.example` say of a setting. */
export interface SettingNotes {
  readonly group: 'Basics' | 'Connections' | 'Security' | 'Workers' | 'HTTP' | 'Runs' | 'Engine';
  readonly description: string;
  /** Of a number. */
  readonly unit?: string;
  /** As it would be written in the environment; unset means none. */
  readonly default?: string;
  /** Never printed. */
  readonly isSecret?: boolean;
}

/** Keeps the type of the notes, so that a setting with a default is never undefined. */
function setting<Schema extends z.ZodType, const Notes extends SettingNotes>(schema: Schema, notes: Notes) {
  return { schema, notes };
}

function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of: ${values.join(', ')}` });
}

function url(...protocols: readonly string[]) {
  return z.string().refine(
    (text) => {
      const parsed = URL.canParse(text) ? new URL(text) : undefined;
      return parsed !== undefined && protocols.includes(parsed.protocol);
    },
    `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const MB = 1024 * 1024;

/** Every setting of the server. Defaults are those of the decisions page; times and limits carry their unit in the name. */
export const SETTINGS = {
  LOOM_ENV: setting(oneOf(['development', 'production']), {
    group: 'Basics',
    default: 'development',
    description:
      'In `production` nothing is made up: LOOM_SECRET and LOOM_WORKER_HOSTS have to be given, and Redis has to keep an append-only file.',
  }),
  LOOM_ROLE: setting(oneOf(['all', 'api', 'engine']), {
    group: 'Basics',
    default: 'all',
    description:
      'What this process does: `api` answers HTTP, `engine` runs the interpreter, `all` does both. Each may run many times.',
  }),
  LOOM_NAMESPACE: setting(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and hyphens'),
    {
      group: 'Basics',
      default: 'default',
      description:
        'Separates installations on one Redis and one Temporal: prefix of every Redis key and of the task queue, and the name of the Temporal namespace, which has to exist.',
    },
  ),
  LOOM_LOG_LEVEL: setting(oneOf(['debug', 'info', 'warn', 'error']), {
    group: 'Basics',
    default: 'info',
    description: 'The least severe log lines to write. They are JSON, one a line, on standard output.',
  }),
  LOOM_LISTEN: setting(
    z.string().transform((text, context) => {
      const address = parseListenAddress(text);
      if (address !== undefined) return address;
      context.addIssue({
        code: 'custom',
        message: 'must be host:port, such as 127.0.0.1:8080 or [::1]:8080',
      });
      return z.NEVER;
    }),
    {
      group: 'Basics',
      default: '127.0.0.1:8080',
      description:
        'Host and port of API and console; of health and metrics alone in the role `engine`. Anything but loopback needs LOOM_AUTH.',
    },
  ),
  LOOM_PUBLIC_URL: setting(
    url('http:', 'https:').transform((text) => text.replace(/\/+$/, '')),
    {
      group: 'Basics',
      description:
        'Where workers reach the API: the start of every callback URL. Unset: http:// and LOOM_LISTEN. Required in the role `engine`, and with a LOOM_LISTEN of 0.0.0.0 or [::].',
    },
  ),
  LOOM_CONSOLE_DIR: setting(z.string(), {
    group: 'Basics',
    description: 'Folder of the built console. Unset: console/dist next to the server.',
  }),
  LOOM_REDIS_URL: setting(url('redis:', 'rediss:'), {
    group: 'Connections',
    default: 'redis://127.0.0.1:6379',
    isSecret: true,
    description: 'Redis 7.0 or later with `appendonly yes` and `maxmemory-policy noeviction`.',
  }),
  LOOM_TEMPORAL_ADDRESS: setting(z.string().regex(/^[^\s/@]+:\d{1,5}$/, 'must be host:port'), {
    group: 'Connections',
    default: '127.0.0.1:7233',
    description: "Host and port of Temporal's frontend.",
  }),
  LOOM_AUTH: setting(oneOf(['none']), {
    group: 'Security',
    description:
      'Say `none` to let everyone who reaches a LOOM_LISTEN outside of this machine act as an operator. There is no sign-in yet.',
  }),
  LOOM_SECRET: setting(
    list.refine(
      (secrets) => secrets.length > 0 && secrets.every((secret) => secret.length >= 32),
      'each secret must have at least 32 characters',
    ),
    {
      group: 'Security',
      isSecret: true,
      description:
        'Signs callback tokens. To rotate, put the new secret in front, separated by a comma, and take the old one away after the longest run. Unset in development: made once and kept in Redis.',
    },
  ),
  LOOM_WORKER_HOSTS: setting(list, {
    group: 'Security',
    description:
      'Where workers may be, separated by commas: `loopback`, `private` (RFC 1918 and unique local addresses), addresses, CIDR blocks, host names, `*.domain`. Unset in development: `loopback,private`. Link-local and metadata addresses are always refused.',
  }),
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
  LOOM_WORKFLOW_SLOTS: setting(integer(2, 1000), {
    group: 'Engine',
    unit: 'workflow tasks',
    default: '40',
    description: 'How many workflow tasks this engine works on at once.',
  }),
  LOOM_LOCAL_ACTIVITY_SLOTS: setting(integer(2, 5000), {
    group: 'Engine',
    unit: 'activities',
    default: '64',
    description: 'How many writes and dials this engine has under way at once.',
  }),
  LOOM_CACHED_RUNS: setting(integer(100, 100000), {
    group: 'Engine',
    unit: 'runs',
    default: '1000',
    description:
      'How many open runs this engine keeps in memory, each about 0.2 MB; others are replayed when something happens.',
  }),
  LOOM_DIALS_PER_APP: setting(integer(1, 1000), {
    group: 'Engine',
    unit: 'dials',
    default: '8',
    description:
      'How many dials to one worker app this engine has under way at once, so that a hung worker cannot hold up the others.',
  }),
  LOOM_COMMAND_TIMEOUT_MS: setting(integer(100, 60000), {
    group: 'Engine',
    unit: 'milliseconds',
    default: '3000',
    description: 'How long Temporal may take to take a start, a signal or an update.',
  }),
  LOOM_QUERY_TIMEOUT_MS: setting(integer(50, 10000), {
    group: 'Engine',
    unit: 'milliseconds',
    default: '1000',
    description: 'How long the engine may take to say where a run is, before the store is asked.',
  }),
  LOOM_RECONCILE_SECONDS: setting(integer(5, 3600), {
    group: 'Engine',
    unit: 'seconds',
    default: '60',
    description:
      'How often open runs are compared with the engine: half-made starts, vanished runs, ignored cancels.',
  }),
  LOOM_START_GRACE_SECONDS: setting(integer(1, 600), {
    group: 'Engine',
    unit: 'seconds',
    default: '10',
    description: 'How old a claim without a workflow has to be before the reconciler starts it.',
  }),
  LOOM_CANCEL_GRACE_SECONDS: setting(integer(1, 300), {
    group: 'Engine',
    unit: 'seconds',
    default: '15',
    description: 'How long a cancelled run may take to end before it is ended from outside.',
  }),
  LOOM_WAKE_PER_SECOND: setting(integer(1, 1000), {
    group: 'Engine',
    unit: 'runs per second',
    default: '50',
    description: 'How fast runs that waited for a worker go on when it is back.',
  }),
  LOOM_REDELIVER_SECONDS: setting(integer(1, 600), {
    group: 'Engine',
    unit: 'seconds',
    default: '5',
    description: 'How often attempts are looked for whose instance is gone.',
  }),
  LOOM_REDELIVER_AGAIN_SECONDS: setting(integer(5, 3600), {
    group: 'Engine',
    unit: 'seconds',
    default: '30',
    description: 'The shortest time between two redeliveries of one attempt.',
  }),
} as const satisfies Record<`LOOM_${string}`, { schema: z.ZodType; notes: SettingNotes }>;
