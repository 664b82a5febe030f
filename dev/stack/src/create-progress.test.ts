import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgress } from './create-progress.ts';

function capture(isTTY: boolean) {
  let text = '';
  const stream = Object.assign(
    new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        done();
      },
    }),
    { isTTY, columns: 40 },
  );
  /** Times differ from run to run. */
  const written = () => text.replaceAll(/\d+\.\d s/g, 'N s');
  return { stream, written };
}

/** Resolves when the text has `count` matches. */
async function until(written: () => string, pattern: RegExp, count: number) {
  await expect
    .poll(() => written().match(pattern)?.length ?? 0, { interval: 5, timeout: 5_000 })
    .toBeGreaterThanOrEqual(count);
}

it('writes plain lines where there is no terminal, also during a long phase', async () => {
  const { stream, written } = capture(false);
  const progress = createProgress({ stream, sayEveryMs: 20 });
  await progress.phase('starting Redis', async (report) => {
    report('looking');
    await until(written, /looking/g, 2);
  });
  progress.note('done so far');
  const lines = written().trimEnd().split('\n');
  expect(lines.at(0)).toBe('▸ starting Redis');
  expect(lines.at(1)).toBe('  … starting Redis N s: looking');
  expect(lines.slice(-2)).toEqual(['✔ starting Redis N s', 'done so far']);
});

it('turns a spinner on a terminal, on one line that fits', async () => {
  const { stream, written } = capture(true);
  const progress = createProgress({ stream });
  await progress.phase('building', async (report) => {
    report('x'.repeat(100));
    await until(written, /⠙|⠹/g, 2);
  });
  const drawn = written().split('\r\u001b[2K').slice(1);
  expect(drawn.length).toBeGreaterThan(2);
  for (const line of drawn.slice(0, -1)) expect(line).toMatch(/^[⠙⠹⠸⠼⠴⠦⠧⠇⠏⠋] building N s: x+$/);
  expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(drawn.at(-1)).toBe('✔ building N s\n');
});

it('gives the result of a phase, and passes its failure on', async () => {
  const { stream, written } = capture(false);
  const progress = createProgress({ stream });
  expect(await progress.phase('one', async () => 1)).toBe(1);
  const failing = progress.phase('two', async () => {
    throw new Error('no Redis');
  });
  await expect(failing).rejects.toThrow('no Redis');
  expect(written()).toContain('✘ two N s');
});

it('sums the phases up in a table', async () => {
  const progress = createProgress({ stream: capture(false).stream });
  await progress.phase('short', async () => {});
  await progress
    .phase('a longer title', async () => {
      throw new Error('broken');
    })
    .catch(() => {});
  expect(progress.table().split('\n')).toEqual([
    'short                    0.0 s',
    'a longer title (failed)  0.0 s',
    'total                    0.0 s',
  ]);
});

it('refuses a phase inside of a phase', async () => {
  const progress = createProgress({ stream: capture(false).stream });
  const nested = progress.phase('outer', () => progress.phase('inner', async () => {}));
  await expect(nested).rejects.toThrow('phase "inner" began inside of "outer"');
});
