import { readFileSync } from 'node:fs';
import type { ForgeThrottle } from '@loom/worker-sdk/git';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const repository = z.string().regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'must be owner/name');
const rates = /^(\d+),(\d+),(\d+),(\d+)$/;

function toThrottle(text: string): ForgeThrottle {
  const [, requestsAtOnce, writeEveryMs, notifyEveryMs, searchEveryMs] = rates.exec(text) ?? [];
  if (requestsAtOnce === undefined) return { kind: text === 'none' ? 'none' : 'github' };
  return {
    kind: 'rates',
    requestsAtOnce: Number(requestsAtOnce),
    writeEveryMs: Number(writeEveryMs),
    notifyEveryMs: Number(notifyEveryMs),
    searchEveryMs: Number(searchEveryMs),
  };
}

const schema = z.object({
  APP_CHART_FORGE_API_URL: httpUrl
    .default('https://api.github.com')
    .describe('API of the forge: https://api.github.com, or https://{host}/api/v3.'),
  APP_CHART_FORGE_GIT_URL: httpUrl
    .optional()
    .describe('Where repositories are cloned from; derived from the API when left out.'),
  APP_CHART_FORGE_TOKEN: z.string().min(1).describe('May read and push, and open and close pull requests.'),
  APP_CHART_GITOPS_REPOSITORY: repository.describe(
    'Holds a folder of ArgoCD Applications for each environment.',
  ),
  APP_CHART_ENVIRONMENTS: z
    .string()
    .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, 'must be names separated by commas')
    .default('dev,staging,prod')
    .describe('Folders of the GitOps repository, in the order in which they are migrated.'),
  APP_CHART_GENERIC_CHART: z
    .string()
    .min(1)
    .default('generic-app')
    .describe('The chart that applications leave.'),
  APP_CHART_GENERIC_CHART_REPOSITORY: httpUrl.describe('Where the generic chart is published.'),
  APP_CHART_CHART_REPOSITORY: httpUrl.describe('Where the charts of the applications are published.'),
  APP_CHART_THROTTLE: z
    .string()
    .regex(
      /^(?:github|none|\d+,\d+,\d+,\d+)$/,
      'must be github, none, or four numbers such as 10,1000,3000,2000',
    )
    .default('github')
    .describe(
      'How fast the forge may be asked: github for the limits of github.com, none for a forge without limits, or ' +
        'requests at once and milliseconds between writes, notifications and searches.',
    ),
  APP_CHART_WEBHOOK_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'Shared with the forge, whose webhooks are taken at /webhooks/forge; without it there is only polling.',
    ),
  APP_CHART_POLL_EVERY_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(86_400_000)
    .default(300_000)
    .describe('Milliseconds between two looks at a pull request that waits for its merge.'),
  APP_CHART_AUTHOR_NAME: z.string().min(1).default('Loom').describe('Author of the commits.'),
  APP_CHART_AUTHOR_EMAIL: z.email().default('loom@example.com').describe('Author of the commits.'),
});

type Variables = z.output<typeof schema>;
type Environment = Readonly<Record<string, string | undefined>>;

/** How the worker runs. */
export interface AppChartConfig {
  readonly forge: {
    readonly apiUrl: string;
    readonly gitUrl: string | undefined;
    readonly token: string;
    readonly throttle: ForgeThrottle;
    readonly author: { readonly name: string; readonly email: string };
  };
  readonly gitopsRepository: string;
  readonly environments: readonly string[];
  readonly genericChart: { readonly name: string; readonly repositoryUrl: string };
  readonly chartRepositoryUrl: string;
  readonly webhookSecret: string | undefined;
  readonly pollEveryMs: number;
}

/** The configuration is wrong; the message lists every wrong variable. */
export class AppChartConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(
      `The configuration of app-chart is not valid:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = 'AppChartConfigError';
  }
}

/** A variable's value, or the content of the file that its `_FILE` form names (a mounted secret). */
function readVariables(environment: Environment, mistakes: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = environment[name];
    const path = environment[`${name}_FILE`];
    if (value) values[name] = value;
    if (!path) continue;
    if (value) mistakes.push(`${name}: is set, and so is ${name}_FILE; keep one`);
    try {
      values[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      mistakes.push(`${name}_FILE: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return values;
}

function unknownVariables(environment: Environment): readonly string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('APP_CHART_') && !(name.replace(/_FILE$/, '') in schema.shape))
    .map(
      (name) => `${name}: is not a variable of app-chart; known are ${Object.keys(schema.shape).join(', ')}`,
    );
}

function describeIssue(
  { path, message }: z.core.$ZodIssue,
  values: Readonly<Record<string, string>>,
): string {
  const name = String(path[0]) as keyof typeof schema.shape;
  return name in values ? `${name}: ${message}` : `${name}: is missing. ${schema.shape[name].description}`;
}

function toConfig(variables: Variables): AppChartConfig {
  return {
    forge: {
      apiUrl: variables.APP_CHART_FORGE_API_URL,
      gitUrl: variables.APP_CHART_FORGE_GIT_URL,
      token: variables.APP_CHART_FORGE_TOKEN,
      throttle: toThrottle(variables.APP_CHART_THROTTLE),
      author: { name: variables.APP_CHART_AUTHOR_NAME, email: variables.APP_CHART_AUTHOR_EMAIL },
    },
    gitopsRepository: variables.APP_CHART_GITOPS_REPOSITORY,
    environments: variables.APP_CHART_ENVIRONMENTS.split(','),
    genericChart: {
      name: variables.APP_CHART_GENERIC_CHART,
      repositoryUrl: variables.APP_CHART_GENERIC_CHART_REPOSITORY,
    },
    chartRepositoryUrl: variables.APP_CHART_CHART_REPOSITORY,
    webhookSecret: variables.APP_CHART_WEBHOOK_SECRET,
    pollEveryMs: variables.APP_CHART_POLL_EVERY_MS,
  };
}

/**
 * Reads the `APP_CHART_*` variables.
 *
 * @throws AppChartConfigError that lists every mistake, among them names that are not known.
 */
export function readConfig(environment: Environment): AppChartConfig {
  const mistakes = [...unknownVariables(environment)];
  const values = readVariables(environment, mistakes);
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    mistakes.push(...parsed.error.issues.map((issue) => describeIssue(issue, values)));
  }
  if (!parsed.success || mistakes.length > 0) throw new AppChartConfigError(mistakes);
  return toConfig(parsed.data);
}
