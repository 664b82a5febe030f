import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openScratchFolder } from './scratch-folder.ts';

it('takes every temporary file of the process until it is closed, and them with it', async () => {
  const usual = tmpdir();
  const outer = await openScratchFolder();
  const inner = await openScratchFolder();
  expect(tmpdir()).toBe(inner.path);
  await writeFile(join(tmpdir(), 'left'), 'behind');
  await inner.close();
  expect([tmpdir(), existsSync(inner.path)]).toEqual([outer.path, false]);
  await outer.close();
  expect([tmpdir(), existsSync(outer.path)]).toEqual([usual, false]);
});
