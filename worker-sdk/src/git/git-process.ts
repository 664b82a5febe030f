import { setTimeout as delay } from 'node:timers/promises';
import { GitError, type SimpleGit, simpleGit } from 'simple-git';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';

const silentForMs = 120_000;
const stalledForS = 30;
const transferTries = 3;

// What git's own transport needs of the machine; nothing else of this process reaches git, its hooks or its helpers.
const passedOn = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
];

/** Runs git in a directory, signed in to the forge, with no configuration of the machine or the user. */
export function openGit(forge: ForgeClient, directory: string, home: string, signal: AbortSignal): SimpleGit {
  const environment: Record<string, string> = {
    ...Object.fromEntries(
      passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    HOME: home,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...forge.gitEnvironment(),
  };
  return simpleGit({
    baseDir: directory,
    abort: signal,
    maxConcurrentProcesses: 1,
    timeout: { block: silentForMs },
    // A killed git may leave its transport helper behind, which holds the pipes open until the forge answers.
    completion: { onClose: true, onExit: 200 },
    config: [
      `user.name=${forge.author.name}`,
      `user.email=${forge.author.email}`,
      'core.quotePath=false',
      'http.lowSpeedLimit=1',
      `http.lowSpeedTime=${stalledForS}`,
      'gc.auto=0',
      'maintenance.auto=false',
    ],
    allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
    // Both are set above, by us: the forge's header, and no configuration of the user.
    unsafe: { allowUnsafeConfigEnvCount: true, allowUnsafeConfigPaths: true },
  }).env(environment);
}

function isInTransit(message: string): boolean {
  return /HTTP 5\d\d|HTTP 429|returned error: (?:5\d\d|429)|Could not resolve host|Failed to connect|Connection (?:reset|refused|timed out)|early EOF|remote end hung up|Empty reply|RPC failed|timed? ?out|block timeout/i.test(
    message,
  );
}

/** An error of git as a failure that people understand; anything else as it is. */
export function toGitFailure(error: unknown, what: string, clean: (text: string) => string): unknown {
  if (!(error instanceof GitError)) return error;
  const message = clean(
    error.message
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-6)
      .join('; '),
  );
  if (/Authentication failed|could not read Username|returned error: 40[13]/i.test(message)) {
    return new StepFailure(`${what}: the forge does not accept the token of this worker (${message})`, {
      failureClass: 'fatal',
    });
  }
  if (/not found|returned error: 404|does not appear to be a git repository/i.test(message)) {
    return new StepFailure(
      `${what}: it is not there, or the token of this worker may not see it (${message})`,
      {
        failureClass: 'invalid',
      },
    );
  }
  return new StepFailure(`${what}: git failed (${message})`, {
    ...(isInTransit(message) ? { failureClass: 'transport' } : {}),
  });
}

/** Tries a transfer again that failed on the way. */
export async function inTransfer<Result>(
  forge: ForgeClient,
  signal: AbortSignal,
  transfer: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transfer();
    } catch (error) {
      const isAgain = error instanceof GitError && isInTransit(error.message) && tries < transferTries;
      if (!isAgain || signal.aborted) throw error;
      await delay(forge.retryAfterMs * tries, undefined, { signal });
    }
  }
}
