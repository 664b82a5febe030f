import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DryRunStep, FileChange } from '../../shared/contract.ts';
import { patchesOf } from './git-patch.ts';

const run = promisify(execFile);
const repo = 'acme/billing';

type Files = Readonly<Record<string, string>>;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loom-patch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const git = (...args: string[]) =>
  run('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'core.autocrlf=false', ...args], {
    cwd: folder,
  });

async function seed(files: Files): Promise<void> {
  await git('init', '-q');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await git('add', '-A');
  await git('commit', '-qm', 'start', '--allow-empty');
}

async function readAll(at = ''): Promise<Files> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
    const path = at === '' ? entry.name : `${at}/${entry.name}`;
    if (entry.name === '.git' || entry.name === '.patch') continue;
    if (entry.isDirectory()) Object.assign(files, await readAll(path));
    else files[path] = await readFile(join(folder, path), 'utf8');
  }
  return files;
}

/** Applies the patch with git and gives what is there then. */
async function apply(steps: readonly DryRunStep[]): Promise<Files> {
  const [patch, ...others] = patchesOf(steps);
  expect(others).toEqual([]);
  await writeFile(join(folder, '.patch'), patch?.text ?? '');
  await git('apply', '--check', '.patch');
  await git('apply', '.patch');
  return readAll();
}

const step = (...changes: Omit<FileChange, 'repo'>[]): DryRunStep => ({
  name: 'one',
  changes: changes.map((change) => ({ repo, ...change })),
});
const modified = (path: string, before: string, after: string) =>
  ({ path, status: 'modified', before, after }) as const;

describe('a patch of a preview', () => {
  it.each([
    ['a changed line', 'one\ntwo\nthree\n', 'one\n2\nthree\n'],
    ['lines far apart', `${'x\n'.repeat(40)}end\n`, `start\n${'x\n'.repeat(40)}END\n`],
    ['no newline at the end, before and after', 'one\ntwo', 'one\n2'],
    ['a newline that is added at the end', 'one', 'one\n'],
    ['a newline that is taken from the end', 'one\n', 'one'],
    ['Windows line ends', 'one\r\ntwo\r\n', 'one\r\n2\r\n'],
    ['text that becomes empty', 'one\n', ''],
    ['text out of nothing', '', 'one'],
    ['lines that look like a patch', '--- a\n+++ b\n@@ -1 +1 @@\n', '--- a\n+++ c\n-- \n'],
  ])('is applied by git: %s', async (_, before, after) => {
    await seed({ 'a/file.txt': before, other: 'stays\n' });
    expect(await apply([step(modified('a/file.txt', before, after))])).toEqual({
      'a/file.txt': after,
      other: 'stays\n',
    });
  });

  it.each(['with space.txt', 'näme/ünïcode.txt', 'quo"te\\back.txt', 'tab\there.txt', 'a b/c d'])(
    'names %j as git does',
    async (path) => {
      await seed({ [path]: 'one\n' });
      expect(await apply([step(modified(path, 'one\n', 'two\n'))])).toEqual({ [path]: 'two\n' });
    },
  );

  it('adds, deletes and renames files, empty ones too', async () => {
    await seed({ old: 'a\nb\nc\nd\n', 'to go': 'x', hollow: '', 'just moved': 'm\n' });
    const files = await apply([
      step(
        { path: 'new/one', status: 'new', after: 'n' },
        { path: 'empty', status: 'new', after: '' },
        { path: 'to go', status: 'deleted', before: 'x' },
        { path: 'hollow', status: 'deleted', before: '' },
        {
          path: 'young',
          previousPath: 'old',
          status: 'renamed',
          before: 'a\nb\nc\nd\n',
          after: 'a\nb\nC\nd\n',
        },
        { path: 'moved', previousPath: 'just moved', status: 'renamed', before: 'm\n', after: 'm\n' },
      ),
    ]);
    expect(files).toEqual({ 'new/one': 'n', empty: '', young: 'a\nb\nC\nd\n', moved: 'm\n' });
  });

  it('has each file once, however many steps change it', async () => {
    await seed({ a: '1\n', b: '1\n', c: '1\n', d: '1\n' });
    const files = await apply([
      step(
        modified('a', '1\n', '2\n'),
        { path: 'b2', previousPath: 'b', status: 'renamed', before: '1\n', after: '1\n' },
        { path: 'c', status: 'deleted', before: '1\n' },
        { path: 'fleeting', status: 'new', after: 'x' },
        modified('d', '1\n', '2\n'),
      ),
      step(
        modified('a', '2\n', '3\n'),
        modified('b2', '1\n', '2\n'),
        { path: 'c', status: 'new', after: 'again\n' },
        { path: 'fleeting', status: 'deleted', before: 'x' },
        modified('d', '2\n', '1\n'),
      ),
      step({ path: 'b3', previousPath: 'b2', status: 'renamed', before: '2\n', after: '2\n' }),
    ]);
    expect(files).toEqual({ a: '3\n', b3: '2\n', c: 'again\n', d: '1\n' });
  });

  it('that moves a file over one that is deleted is applied too', async () => {
    await seed({ a: 'from a\n', b: 'from b\n' });
    const files = await apply([
      step(
        { path: 'b', status: 'deleted', before: 'from b\n' },
        { path: 'b', previousPath: 'a', status: 'renamed', before: 'from a\n', after: 'from a\n' },
      ),
    ]);
    expect(files).toEqual({ b: 'from a\n' });
  });

  it('of texts that take too long to compare replaces them whole', async () => {
    const lines = (seed: number) =>
      Array.from({ length: 30_000 }, (_, i) => `${(i * seed) % 9_973}-${i % 7}`).join('\n');
    await seed({ big: lines(17) });
    expect(await apply([step(modified('big', lines(17), lines(31)))])).toEqual({ big: lines(31) });
  });

  it('says what it leaves out, and there is one for each repository', () => {
    const patches = patchesOf([
      {
        name: 'one',
        changes: [
          { repo, baseCommit: 'abc', path: 'logo.png', status: 'new', note: 'a binary file' },
          { repo, baseCommit: 'abc', path: 'a', status: 'new', after: 'x\n' },
          { repo: 'acme/charts', path: 'b', status: 'modified', before: 'x\n' },
        ],
      },
    ]);
    expect(patches.map((patch) => [patch.repo, patch.leftOut])).toEqual([
      [repo, ['logo.png: a binary file']],
      ['acme/charts', ['b: its content was left out']],
    ]);
    expect(patches[0]?.text).toMatch(
      /^# A preview of Loom for acme\/billing, made from abc\n# Not in this patch: logo.png: a binary file\ndiff --git a\/a b\/a\n/,
    );
    expect(patches[1]?.text).not.toContain('diff --git');
  });
});
