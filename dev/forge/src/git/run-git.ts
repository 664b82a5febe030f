import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs in this folder, with its own git directory, instead of on the bare repository. */
  readonly workTree?: string;
  /** Exit codes that are an answer and not a failure, besides 0. */
  readonly answers?: readonly number[];
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitRunner {
  /** As `major + minor / 1000`. */
  readonly version: number;
  readonly environment: Readonly<Record<string, string>>;
  run(gitDir: string, args: readonly string[], options?: GitOptions): Promise<GitOutput>;
  /** Registers a long-lived git process, so that closing the forge ends it too. */
  track(child: ChildProcess): void;
  close(): void;
}

export class GitFailure extends Error {
  readonly code: number;
  readonly stderr: string;

  constructor(args: readonly string[], code: number, stderr: string) {
    super(`git ${args[0]} ended with ${code}: ${stderr.trim().slice(0, 500)}`);
    this.name = 'GitFailure';
    this.code = code;
    this.stderr = stderr;
  }
}

const CONCURRENT_PROCESSES = 12;
const TIMEOUT_MS = 120_000;
const OLDEST_VERSION = 2.03;

/**
 * Runs short git commands, a bounded number at a time, away from the user's own configuration: a local
 * setting such as `commit.gpgSign` or `merge.ff=only` would otherwise change what the forge answers.
 */
export function createGitRunner(home: string): GitRunner {
  const version = readVersion();
  const environment = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C.UTF-8',
  };
  const children = new Set<ChildProcess>();
  const waiting: (() => void)[] = [];
  let running = 0;

  function track(child: ChildProcess): void {
    children.add(child);
    child.once('close', () => children.delete(child));
  }

  async function acquire(): Promise<void> {
    if (running >= CONCURRENT_PROCESSES) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
  }

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  function execute(gitDir: string, args: readonly string[], options: GitOptions): Promise<GitOutput> {
    return new Promise((resolve, reject) => {
      const where = options.workTree === undefined ? ['--git-dir', gitDir] : ['-C', options.workTree];
      const child = spawn('git', ['-c', 'core.quotePath=off', ...where, ...args], {
        env: { ...environment, ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
      });
      track(child);
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      // git may end before it has read all of its input; its exit code tells what happened.
      child.stdin.on('error', () => undefined);
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const output = {
          code: code ?? -1,
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr).toString(),
        };
        if (output.code === 0 || options.answers?.includes(output.code)) resolve(output);
        else reject(new GitFailure(args, output.code, signal ? `killed by ${signal}` : output.stderr));
      });
      child.stdin.end(options.input ?? '');
    });
  }

  return {
    version,
    environment,
    track,
    async run(gitDir, args, options = {}) {
      await acquire();
      try {
        return await execute(gitDir, args, options);
      } finally {
        release();
      }
    },
    close() {
      // git passes a SIGTERM on to the processes that it started; after a SIGKILL they would live on.
      for (const child of children) child.kill('SIGTERM');
    },
  };
}

function readVersion(): number {
  const text = execFileSync('git', ['--version'], { encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  const version = Number(major) + Number(minor) / 1000;
  if (version < OLDEST_VERSION) throw new Error(`The forge needs git 2.30 or newer, found: ${text.trim()}`);
  return version;
}
