import { expect, it, vi } from 'vitest';
import { runCommand } from './run-command.ts';
import { isAlive } from './testing/is-alive.ts';

const options = { timeoutMs: 10_000, env: process.env };

it('gives the standard output of a command that succeeds, and both outputs line by line', async () => {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const result = await runCommand('sh', ['-c', 'echo out; echo err >&2'], { ...options, onLine });
  expect(result).toEqual({ ok: true, stdout: 'out\n' });
  expect(lines.toSorted()).toEqual(['err', 'out']);
});

it('gives the code and the last lines of one that fails', async () => {
  const result = await runCommand('sh', ['-c', 'echo why >&2; exit 9'], options);
  expect(result).toEqual({ ok: false, reason: 'ended with code 9: why' });
});

it('gives the reason when there is no such program', async () => {
  const result = await runCommand('/no/such/program', [], options);
  expect(result).toEqual({ ok: false, reason: 'spawn /no/such/program ENOENT' });
});

it('kills the command and its children at the time limit', async () => {
  const pids: number[] = [];
  const result = await runCommand('sh', ['-c', 'echo $$; sleep 600 & echo $!; wait'], {
    ...options,
    timeoutMs: 300,
    onLine: (line) => void pids.push(Number(line)),
  });
  expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('took longer than 0.3 s') });
  expect(pids).toHaveLength(2);
  await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), { timeout: 5_000 });
});
