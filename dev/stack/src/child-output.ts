import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface ChildOutput {
  /** The last lines of both outputs, oldest first. */
  tail(lines?: number): string;
  /** Resolves when everything that was read is in the log file. */
  close(): Promise<void>;
}

const keptLines = 200;

/** Follows both outputs of a child by lines: into the log file, into a short memory, and to `onLine`. */
export function followOutput(
  child: ChildProcess,
  logFile: string | undefined,
  onLine: (line: string) => void,
): ChildOutput {
  const kept: string[] = [];
  if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
  const file = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  let fileError: Error | undefined;
  file?.on('error', (error) => {
    fileError = error;
  });

  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      kept.push(line);
      if (kept.length > keptLines) kept.shift();
      if (fileError === undefined) file?.write(`${line}\n`);
      onLine(line);
    });
  }

  return {
    tail: (lines = 40) => kept.slice(-lines).join('\n'),
    close: () =>
      new Promise((resolve) => {
        if (file === undefined || fileError !== undefined || file.closed) return resolve();
        file.once('close', resolve);
        file.end();
      }),
  };
}
