import { readFileSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { parseWorkerHosts } from './adapters/worker-http/worker-hosts.ts';
import { formatHostPort, isLoopback, isUnspecified } from './listen-address.ts';
import { SETTINGS } from './settings.ts';

type Settings = typeof SETTINGS;
type Name = keyof Settings;
type CamelCase<Words extends string> = Words extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Words;
type FieldName<Text extends string> = Text extends `LOOM_${infer Rest}` ? CamelCase<Lowercase<Rest>> : never;
type Optional<Text extends Name> = Settings[Text]['notes'] extends { default: string } ? never : undefined;

/** The settings by their names in camel case: `LOOM_REDIS_URL` is `redisUrl`. */
export type Config = {
  readonly [Text in Name as FieldName<Text>]: z.infer<Settings[Text]['schema']> | Optional<Text>;
} & { readonly workerHosts: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names every variable that is wrong, and never a secret value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the whole configuration or throws ConfigError with everything that is wrong with it. */
export function parseConfig(env: Environment): {
  readonly config: Config;
  readonly warnings: readonly string[];
} {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, notes }] of Object.entries(SETTINGS)) {
    const text = readText(name, env, problems) ?? ('default' in notes ? notes.default : undefined);
    if (text === undefined) continue;
    const parsed = schema.safeParse(text);
    if (parsed.success) values[fieldName(name)] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => `${name} ${issue.message}.`));
  }
  const config = withDerived(values);
  problems.push(...checkTogether(config, 'publicUrl' in values));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: config as Config, warnings: warnOfUnknown(env) };
}

/** The variable or the content of the file that its `_FILE` form names; an empty one counts as unset. */
function readText(name: string, env: Environment, problems: string[]): string | undefined {
  const value = env[name]?.trim() || undefined;
  const file = env[`${name}_FILE`]?.trim() || undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set; unset one of them.`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    problems.push(`${name}_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    return undefined;
  }
}

function withDerived(values: Partial<Config>): Partial<Config> {
  return {
    ...values,
    ...(values.workerHosts === undefined && values.env === 'development'
      ? { workerHosts: ['loopback', 'private'] }
      : {}),
  };
}

function checkTogether(config: Partial<Config>, isPublicUrlGiven: boolean): readonly string[] {
  const problems: string[] = [];
  const { listen, heartbeatSeconds, leaseSeconds, dispatchConnectMs, dispatchTimeoutMs } = config;
  if (listen !== undefined && !isLoopback(listen.host) && config.auth !== 'none')
    problems.push(
      `LOOM_LISTEN ${formatHostPort(listen)} can be reached from other machines and there is no sign-in yet: everyone would be an operator. Listen on 127.0.0.1, or set LOOM_AUTH=none when something in front of Loom decides who gets in.`,
    );
  if (config.role === 'engine' && !isPublicUrlGiven)
    problems.push(
      'LOOM_PUBLIC_URL is required in the role engine: workers call back to the API, not to the engine.',
    );
  if (listen !== undefined && isUnspecified(listen.host) && !isPublicUrlGiven)
    problems.push(
      `LOOM_PUBLIC_URL is required with LOOM_LISTEN ${formatHostPort(listen)}, which is no address that workers could call back to.`,
    );
  if (config.env === 'production' && config.secret === undefined)
    problems.push(
      'LOOM_SECRET is required in production: 32 characters or more, from `openssl rand -hex 32`.',
    );
  if (config.env === 'production' && config.workerHosts === undefined)
    problems.push('LOOM_WORKER_HOSTS is required in production: name the hosts or networks of your workers.');
  const badHosts = whyUnreadable(config.workerHosts ?? []);
  if (badHosts !== undefined) problems.push(`LOOM_WORKER_HOSTS: ${badHosts}.`);
  if (heartbeatSeconds !== undefined && leaseSeconds !== undefined && heartbeatSeconds * 2 > leaseSeconds)
    problems.push('LOOM_HEARTBEAT_SECONDS must be at most half of LOOM_LEASE_SECONDS.');
  if (
    dispatchConnectMs !== undefined &&
    dispatchTimeoutMs !== undefined &&
    dispatchConnectMs >= dispatchTimeoutMs
  )
    problems.push('LOOM_DISPATCH_CONNECT_MS must be less than LOOM_DISPATCH_TIMEOUT_MS.');
  return problems;
}

function whyUnreadable(workerHosts: readonly string[]): string | undefined {
  try {
    parseWorkerHosts(workerHosts);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function warnOfUnknown(env: Environment): readonly string[] {
  const known = Object.keys(SETTINGS);
  return Object.keys(env)
    .filter((name) => name.startsWith('LOOM_') && !known.includes(name.replace(/_FILE$/, '')))
    .map((name) => `${name} is not a setting of the server; did you mean ${closest(name, known)}?`);
}

function fieldName(name: string): string {
  return name
    .replace(/^LOOM_/, '')
    .toLowerCase()
    .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
