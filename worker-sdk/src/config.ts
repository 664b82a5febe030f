import { readFileSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const oneDayMs = 86_400_000;

const settings = z.object({
  serverUrl: httpUrl.default('http://127.0.0.1:8080').describe('Where Loom is, without /api/v1.'),
  listen: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'must be host:port')
    .default('127.0.0.1:0')
    .describe('Address of the dispatch server; port 0 takes a free one.'),
  workerUrl: httpUrl
    .optional()
    .describe('Where the server reaches this worker; needed when it listens on every address.'),
  redisUrl: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis or rediss URL' })
    .optional()
    .describe('Keeps attempts in Redis, so that several instances share them.'),
  stateDir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Keeps attempts in files below it, which allows one instance; .loom/workers when no store is named.',
    ),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, "_" and "-"')
    .default('loom')
    .describe('First part of every Redis key.'),
  concurrency: z.coerce.number().int().min(1).max(1_000).default(8).describe('Handlers that run at once.'),
  queueLimit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Attempts that may wait for a free handler; beyond it dispatches are answered 429.'),
  pollEveryMs: milliseconds(50, oneDayMs)
    .optional()
    .describe('Milliseconds between two polls of a pending attempt, in place of what the steps say.'),
  discoverEveryMs: milliseconds(1_000, 30 * oneDayMs)
    .optional()
    .describe('Milliseconds between two discoveries, in place of what the migrations say.'),
  leaseMs: milliseconds(1_000, 10 * 60_000)
    .default(15_000)
    .describe('Milliseconds after which the attempts of a dead instance are taken over by another.'),
  shutdownMs: milliseconds(100, 10 * 60_000)
    .default(25_000)
    .describe('Milliseconds within which a shutdown ends.'),
  dryRunMs: milliseconds(1_000, oneDayMs)
    .default(25 * 60_000)
    .describe('Milliseconds that one dry run may take.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level of the log lines, which are JSON on stdout.'),
});

/** How a worker runs, from its options and its environment. */
export type WorkerConfig = z.output<typeof settings>;
type Setting = keyof WorkerConfig;

const variables: Readonly<Record<Setting, string>> = {
  serverUrl: 'LOOM_SERVER_URL',
  listen: 'LOOM_WORKER_LISTEN',
  workerUrl: 'LOOM_WORKER_URL',
  redisUrl: 'LOOM_WORKER_REDIS_URL',
  stateDir: 'LOOM_WORKER_STATE_DIR',
  namespace: 'LOOM_NAMESPACE',
  concurrency: 'LOOM_WORKER_CONCURRENCY',
  queueLimit: 'LOOM_WORKER_QUEUE_LIMIT',
  pollEveryMs: 'LOOM_WORKER_POLL_EVERY_MS',
  discoverEveryMs: 'LOOM_WORKER_DISCOVER_EVERY_MS',
  leaseMs: 'LOOM_WORKER_LEASE_MS',
  shutdownMs: 'LOOM_WORKER_SHUTDOWN_MS',
  dryRunMs: 'LOOM_WORKER_DRY_RUN_MS',
  logLevel: 'LOOM_WORKER_LOG_LEVEL',
};

/** One setting of a worker, for a reference page. */
export interface WorkerSetting {
  readonly option: string;
  readonly variable: string;
  /** Left out where there is none. */
  readonly default?: string;
  readonly description: string;
}

/** Every setting of a worker, from the schema that reads them. */
export function listWorkerSettings(): readonly WorkerSetting[] {
  const defaults: Readonly<Record<string, string | number | undefined>> = settings.parse({});
  return Object.entries(variables).map(([option, variable]) => {
    const fallback = defaults[option];
    return {
      option: option === 'redisUrl' || option === 'stateDir' ? `store.${option}` : option,
      variable,
      ...(fallback === undefined ? {} : { default: String(fallback) }),
      description: settings.shape[option as Setting].description ?? '',
    };
  });
}

/** The configuration is wrong; the message lists every wrong setting by the name of its variable. */
export class WorkerConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(`The worker's configuration is not valid:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'WorkerConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable, or of the file that its `_FILE` form names (a mounted secret). */
function readVariable(environment: Environment, name: string): { value?: string; mistake?: string } {
  const value = environment[name];
  const path = environment[`${name}_FILE`];
  if (path === undefined || path === '') return value === undefined || value === '' ? {} : { value };
  if (value !== undefined && value !== '')
    return { mistake: `${name}: is set, and so is ${name}_FILE; keep one` };
  try {
    return { value: readFileSync(path, 'utf8').trim() };
  } catch (error) {
    return { mistake: `${name}_FILE: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function checkTogether(config: WorkerConfig): readonly string[] {
  const mistakes: string[] = [];
  if (config.redisUrl !== undefined && config.stateDir !== undefined) {
    mistakes.push(`${variables.redisUrl}: is set, and so is ${variables.stateDir}; keep one store`);
  }
  if (config.workerUrl === undefined && /^(0\.0\.0\.0|\[::\]|\*):/.test(config.listen)) {
    mistakes.push(`${variables.workerUrl}: is needed, since ${config.listen} is not an address to reach`);
  }
  return mistakes;
}

/** Names that look meant for a worker but that no setting has. */
function warnOfUnknown(environment: Environment): readonly string[] {
  const known = Object.values(variables).flatMap((name) => [name, `${name}_FILE`]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('LOOM_WORKER_') && !known.includes(name))
    .map((name) => `${name} is not a setting of the worker SDK; did you mean ${closest(name, known)}?`);
}

/**
 * Reads how the worker runs: an option wins over its variable, a variable over the default.
 *
 * @throws WorkerConfigError that lists every mistake.
 */
export function readWorkerConfig(
  options: { readonly [Name in Setting]?: WorkerConfig[Name] | undefined },
  environment: Environment = process.env,
): { readonly config: WorkerConfig; readonly warnings: readonly string[] } {
  const mistakes: string[] = [];
  const given: Record<string, unknown> = {};
  // A store given as an option replaces both variables of the store.
  const hasStoreOption = options.redisUrl !== undefined || options.stateDir !== undefined;
  for (const name of Object.keys(variables) as Setting[]) {
    const option = options[name];
    if (option !== undefined) given[name] = option;
    else if (!(hasStoreOption && (name === 'redisUrl' || name === 'stateDir'))) {
      const { value, mistake } = readVariable(environment, variables[name]);
      if (value !== undefined) given[name] = value;
      if (mistake !== undefined) mistakes.push(mistake);
    }
  }
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path[0] as Setting;
      const source = options[name] === undefined ? variables[name] : `${name} (option)`;
      mistakes.push(`${source}: ${issue.message}`);
    }
  } else {
    mistakes.push(...checkTogether(parsed.data));
  }
  if (!parsed.success || mistakes.length > 0) throw new WorkerConfigError(mistakes);
  return { config: parsed.data, warnings: warnOfUnknown(environment) };
}
