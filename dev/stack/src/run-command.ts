import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';
import { killGroup } from './kill-group.ts';
import { guardGroup, releaseGroup } from './process-guard.ts';

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly env: Environment;
  /** Called for each line of both outputs, for progress. */
  readonly onLine?: (line: string) => void;
}

export type CommandResult =
  | { readonly ok: true; readonly stdout: string }
  | { readonly ok: false; readonly reason: string };

/** Runs a command to its end, or to its time limit, at which its whole process group is killed. Never throws. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: options.env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = child.pid;
    if (group !== undefined) guardGroup(group);
    let stdout = '';
    let both = '';
    let isOverdue = false;
    const timer = setTimeout(() => {
      isOverdue = true;
      if (group !== undefined) killGroup(group, 'SIGKILL');
    }, options.timeoutMs);
    const end = (result: CommandResult) => {
      clearTimeout(timer);
      if (group !== undefined) releaseGroup(group);
      resolve(result);
    };

    const take = (chunk: string) => {
      both = (both + chunk).slice(-16_384);
      for (const line of chunk.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim());
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      take(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => end({ ok: false, reason: error.message }));
    child.on('exit', () => {
      // Grandchildren that hold the output open would keep 'close' from coming.
      if (group !== undefined) killGroup(group, 'SIGKILL');
    });
    child.on('close', (code, signal) => {
      if (code === 0) return end({ ok: true, stdout });
      const how = isOverdue
        ? `took longer than ${options.timeoutMs / 1000} s`
        : `ended with ${signal ?? `code ${code}`}`;
      const lastLines = both.trim().split('\n').slice(-5).join('\n');
      end({ ok: false, reason: lastLines === '' ? how : `${how}: ${lastLines}` });
    });
  });
}
