import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Logger } from 'pino';
import { redact } from '../redact.ts';
import { keepConditional } from './conditional-requests.ts';
import { type ForgeThrottle, throttleOptions } from './forge-throttle.ts';
import { parseRepositoryName } from './repository-name.ts';

/** Who commits and opens pull requests. */
export interface GitAuthor {
  readonly name: string;
  readonly email: string;
}

/** What {@link createForgeClient} takes. */
export interface ForgeClientOptions {
  /** `https://api.github.com`, or `https://{host}/api/v3` of another forge. */
  readonly apiUrl: string;
  /** Where repositories are cloned from, as `{gitUrl}/{owner}/{name}.git`; derived from `apiUrl` when left out. */
  readonly gitUrl?: string;
  readonly token: string;
  /** How the worker names itself to the forge. */
  readonly userAgent: string;
  readonly throttle: ForgeThrottle;
  readonly author?: GitAuthor;
  /** Milliseconds before the first try again of a request or git command that failed in transit; default 1000. */
  readonly retryAfterMs?: number;
  readonly log?: Logger;
}

/** A forge as the git kit uses it: its API, and where and how to clone. No URL that it gives holds a credential. */
export interface ForgeClient {
  readonly octokit: Octokit;
  readonly apiUrl: string;
  readonly author: GitAuthor;
  readonly retryAfterMs: number;
  /** Where git finds a repository; without credentials. */
  cloneUrl(repository: string): string;
  /** The page of a repository, for people. */
  webUrl(repository: string): string;
  /** The environment that lets git sign in to this forge and to no other host. */
  gitEnvironment(): Readonly<Record<string, string>>;
  /** Takes this client's credentials out of a text. */
  redact(text: string): string;
}

const ThrottledOctokit = Octokit.plugin(throttling, retry);
const requestTimeoutMs = 30_000;

/** Every request ends: a forge that accepts a connection and never answers is a transport fault. */
function fetchInTime(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const signal = init?.signal == null ? timeout : AbortSignal.any([init.signal, timeout]);
  return fetch(input, { ...init, signal });
}

function deriveGitUrl(apiUrl: URL): string {
  return apiUrl.hostname === 'api.github.com' ? 'https://github.com' : apiUrl.origin;
}

/**
 * A client of a GitHub-compatible forge with retries, throttling and conditional requests.
 *
 * Retries repeat any request that failed with a server error; those that are not idempotent have to be sent with
 * `request: { retries: 0 }` and looked up instead, as `openPullRequest` does.
 */
export function createForgeClient(options: ForgeClientOptions): ForgeClient {
  const { token, log } = options;
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const gitUrl = (options.gitUrl ?? deriveGitUrl(new URL(apiUrl))).replace(/\/+$/, '');
  const retryAfterMs = options.retryAfterMs ?? 1000;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const clean = (text: string): string => redact(text, [token, basic]);
  const octokit = new ThrottledOctokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: options.userAgent,
    request: { fetch: fetchInTime },
    throttle: throttleOptions(options.throttle, token, log),
    retry: { retryAfterBaseValue: retryAfterMs },
    log: {
      debug: () => undefined,
      info: (message: string) => log?.debug({ message: clean(message) }, 'forge request'),
      warn: (message: string) => log?.warn({ message: clean(message) }, 'forge warning'),
      error: (message: string) => log?.error({ message: clean(message) }, 'forge error'),
    },
  });
  keepConditional(octokit);

  const repositoryUrl = (repository: string): string => {
    const { owner, repo } = parseRepositoryName(repository);
    return `${gitUrl}/${owner}/${repo}`;
  };
  return {
    octokit,
    apiUrl,
    author: options.author ?? { name: 'Loom', email: 'loom@localhost' },
    retryAfterMs,
    cloneUrl: (repository) => `${repositoryUrl(repository)}.git`,
    webUrl: repositoryUrl,
    gitEnvironment: () => ({
      // In the environment the token appears neither in a command line nor in a repository's configuration, and git
      // sends it to URLs below this one only.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${gitUrl}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    }),
    redact: clean,
  };
}
