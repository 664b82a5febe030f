import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChildOutput, followOutput } from './child-output.ts';
import type { Environment } from './environment.ts';
import { killGroup } from './kill-group.ts';
import { guardGroup, releaseGroup } from './process-guard.ts';
import { ProcessStartError } from './process-start-error.ts';

export interface ProcessOptions {
  /** What messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to this process's own environment; `undefined` takes a variable away. */
  readonly env?: Environment;
  readonly cwd?: string;
  /** Gets both outputs appended. The folder is made. */
  readonly logFile?: string;
  /** Called with each line of both outputs, for those who want to show them. */
  readonly onLine?: (line: string) => void;
  /** Ready when a GET of this URL is answered with 2xx. */
  readonly readyUrl?: string;
  /** Ready when a line of output matches. */
  readonly readyLine?: RegExp;
  /** Ready when this resolves to true; a rejection counts as not yet. Bound each call yourself. */
  readonly isReady?: (pid: number) => Promise<boolean>;
  /** Default 30,000. With several ready checks, all must hold. */
  readonly readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL. Default 10,000. */
  readonly stopTimeoutMs?: number;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** False when nobody here asked for it. */
  readonly isExpected: boolean;
}

/** A child process that ends with this process at the latest. */
export interface RunningProcess {
  readonly name: string;
  /** Of the present run; another one after `restart`. */
  readonly pid: number;
  isRunning(): boolean;
  /** Resolves when the present run ends, at once when it has ended. */
  waitForExit(): Promise<ProcessExit>;
  /** The last lines of output. */
  tail(lines?: number): string;
  /** SIGTERM to the process, after `stopTimeoutMs` SIGKILL to its group. Fine when it is not running. */
  stop(): Promise<void>;
  /** Signals the whole process group; SIGKILL, the default, resolves when it is gone, others at once. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it when it runs, then starts it the same way and waits until it is ready. */
  restart(): Promise<void>;
}

interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly output: ChildOutput;
  readonly exit: Promise<ProcessExit>;
  hasReadyLine: boolean;
  hasEnded: boolean;
  isExpectedToEnd: boolean;
}

/** Starts a supervised child process and resolves when it is ready; rejects with ProcessStartError when it is not in time. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  let run = await startReady(options);

  const stop = async () => {
    run.isExpectedToEnd = true;
    if (run.hasEnded) return;
    run.child.kill('SIGTERM');
    killGroup(run.pid, 'SIGCONT'); // one that is paused would see the SIGTERM only later
    const isGone = await Promise.race([
      run.exit.then(() => true),
      delay(options.stopTimeoutMs ?? 10_000, false, { ref: false }),
    ]);
    if (!isGone) killGroup(run.pid, 'SIGKILL');
    await run.exit;
  };

  return {
    name: options.name,
    get pid() {
      return run.pid;
    },
    isRunning: () => !run.hasEnded,
    waitForExit: () => run.exit,
    tail: (lines) => run.output.tail(lines),
    stop,
    kill: async (signal = 'SIGKILL') => {
      if (run.hasEnded) return;
      if (signal === 'SIGKILL') run.isExpectedToEnd = true;
      killGroup(run.pid, signal);
      if (signal === 'SIGKILL') await run.exit;
    },
    restart: async () => {
      await stop();
      run = await startReady(options);
    },
  };
}

async function startReady(options: ProcessOptions): Promise<Run> {
  const run = await spawnRun(options);
  const problem = await waitUntilReady(run, options);
  if (problem === undefined) return run;
  run.isExpectedToEnd = true;
  if (!run.hasEnded) killGroup(run.pid, 'SIGKILL');
  await run.exit;
  throw new ProcessStartError(options.name, problem, run.output.tail(), options.logFile);
}

async function spawnRun(options: ProcessOptions): Promise<Run> {
  const child = spawn(options.command, options.args ?? [], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    // A group of its own: a Ctrl-C in the terminal is for us to pass on, and a kill reaches its children.
    detached: true,
    // An input that never ends, but with us: some programs stop when theirs ends.
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {}); // the child is gone
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new ProcessStartError(options.name, `could not be started: ${error.message}`, '', undefined);
  }
  guardGroup(pid);
  child.on('error', () => {}); // a signal that could not be sent; the exit tells all that matters
  const output = followOutput(child, options.logFile, (line) => {
    if (options.readyLine?.test(line)) run.hasReadyLine = true;
    options.onLine?.(line);
  });
  const exit = new Promise<ProcessExit>((resolve) => {
    const closed = once(child, 'close');
    child.once('exit', (code, signal) => {
      run.hasEnded = true;
      killGroup(pid, 'SIGKILL'); // what it left behind in its group
      releaseGroup(pid);
      // A process that left the group may hold the output open for ever.
      void Promise.race([closed, delay(500, undefined, { ref: false })])
        .then(() => output.close())
        .then(() => resolve({ code, signal, isExpected: run.isExpectedToEnd }));
    });
  });
  const run: Run = {
    child,
    pid,
    output,
    exit,
    hasReadyLine: options.readyLine === undefined,
    hasEnded: false,
    isExpectedToEnd: false,
  };
  return run;
}

/** Resolves to what went wrong, or to nothing when the process is ready. */
async function waitUntilReady(run: Run, options: ProcessOptions): Promise<string | undefined> {
  const timeoutMs = options.readyTimeoutMs ?? 30_000;
  const endsAt = performance.now() + timeoutMs;
  while (performance.now() < endsAt) {
    const isReady =
      run.hasReadyLine &&
      (options.readyUrl === undefined || (await answersWell(options.readyUrl))) &&
      (options.isReady === undefined || (await options.isReady(run.pid).catch(() => false)));
    if (run.hasEnded) {
      const { code, signal } = await run.exit;
      return `ended with ${signal ?? `code ${code}`} before it was ready`;
    }
    if (isReady) return undefined;
    await delay(25);
  }
  return `was not ready after ${timeoutMs / 1000} s`;
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
