import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startProcess } from './start-process.ts';
import { isAlive } from './testing/is-alive.ts';

async function startProgram(mode: string) {
  let child = 0;
  const script = fileURLToPath(new URL('testing/orderly-parent.ts', import.meta.url));
  const program = await startProcess({
    name: 'program',
    command: process.execPath,
    args: ['--import', 'tsx', '--conditions=source', script, mode],
    readyLine: /^child \d+$/,
    onLine: (line) => {
      if (line.startsWith('child ')) child = Number(line.slice(6));
    },
  });
  onTestFinished(() => program.kill());
  return { program, child };
}

it('stops in order on the first signal and ends with the usual code', async () => {
  const { program, child } = await startProgram('orderly');
  await program.kill('SIGINT');
  expect(await program.waitForExit()).toMatchObject({ code: 130 });
  expect(program.tail()).toContain('child ended with code 5');
  expect(isAlive(child)).toBe(false);
});

it('ends at once on the second signal, and its children too', async () => {
  const { program, child } = await startProgram('stuck');
  await program.kill('SIGTERM');
  await vi.waitFor(() => expect(program.tail()).toContain('stopping'), { timeout: 5_000 });
  await program.kill('SIGTERM');
  expect(await program.waitForExit()).toMatchObject({ code: 143 });
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 5_000 });
});
