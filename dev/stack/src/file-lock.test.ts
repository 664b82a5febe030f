import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';

let path: string;

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'loom-lock-'));
  path = join(dir, 'deeper', 'a.lock');
  return () => rm(dir, { recursive: true });
});

it('lets one in at a time and gives each its own result', async () => {
  let inside = 0;
  let most = 0;
  const work = (n: number) =>
    withFileLock(
      path,
      async () => {
        most = Math.max(most, ++inside);
        for (let i = 0; i < 20; i++) await setImmediate();
        inside--;
        return n;
      },
      { pollMs: 1 },
    );
  expect(await Promise.all([work(1), work(2), work(3)])).toEqual([1, 2, 3]);
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

it('is free again after work that failed', async () => {
  const broken = withFileLock(path, async () => {
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(await withFileLock(path, async () => 'in')).toBe('in');
});

it('is taken over from a process of this machine that is gone', async () => {
  await withFileLock(path, async () => {}); // makes the folder
  const { pid } = spawnSync('true');
  await writeFile(path, `${hostname()} ${pid} 1`);
  expect(await withFileLock(path, async () => 'in', { pollMs: 1 })).toBe('in');
});

it('is taken over when its holder elsewhere has not touched it for long', async () => {
  await withFileLock(path, async () => {});
  await writeFile(path, 'another-machine 1 1');
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(path, longAgo, longAgo);
  expect(await withFileLock(path, async () => 'in', { pollMs: 1 })).toBe('in');
});

it('is waited for, with a word, while its holder lives, however long the work', async () => {
  const said: string[] = [];
  const order: string[] = [];
  let finish = () => {};
  const first = withFileLock(
    path,
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    { staleAfterMs: 100 },
  ).then(() => order.push('first'));
  while (!existsSync(path)) await setImmediate();
  const second = withFileLock(path, async () => order.push('second'), {
    staleAfterMs: 100,
    pollMs: 1,
    log: (line) => said.push(line),
  });
  const endsAt = performance.now() + 400; // four times the stale age: only the touching keeps it
  while (performance.now() < endsAt) await setImmediate();
  expect(order).toEqual([]);
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  expect(said).toEqual([`another process holds ${path}; waiting for it`]);
});
