import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOwnerName, isRefName, isRepositoryName, isTreePath } from './names.ts';

test('owners and repositories are named as on GitHub, and never as a path', () => {
  for (const name of ['a', 'Acme', 'a-b', 'a1', 'x'.repeat(39)])
    expect([name, isOwnerName(name)]).toEqual([name, true]);
  for (const name of ['', '-a', 'a-', 'a--b', 'a_b', 'a.b', 'a/b', '..', 'api', 'PULLS', 'x'.repeat(40), 'é'])
    expect([name, isOwnerName(name)]).toEqual([name, false]);
  for (const name of ['a', 'a.b', '_a', '-a', '.github', 'x'.repeat(100)])
    expect([name, isRepositoryName(name)]).toEqual([name, true]);
  for (const name of ['', '.', '..', 'a/b', 'a b', 'a.git', 'a.lock', 'x'.repeat(101), 'a\0'])
    expect([name, isRepositoryName(name)]).toEqual([name, false]);
});

test('no branch name is taken that git itself refuses', () => {
  const isGoodForGit = (name: string) => {
    try {
      execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const part = fc.stringMatching(/^[a-c.\-/@{}~^:?*[\\ ]{0,6}(\.lock)?$/);
  fc.assert(
    fc.property(part, (name) => {
      expect([name, isRefName(name) && !isGoodForGit(name)]).toEqual([name, false]);
    }),
    { numRuns: 60 },
  );
  for (const name of ['main', 'feature/x', 'loom/app-chart/a.b/1', 'ü', 'a@b', 'dependabot/npm/x-1.2'])
    expect([name, isRefName(name)]).toEqual([name, true]);
  for (const name of [
    '',
    '@',
    '-x',
    '/a',
    'a/',
    'a.',
    '.a',
    'a/.b',
    'a..b',
    'a@{1}',
    'a\tb',
    'x'.repeat(251),
  ])
    expect([name, isRefName(name)]).toEqual([name, false]);
});

test('a path stays inside the tree', () => {
  for (const path of ['a', 'a/b.c', '.github/x', 'a b', 'ü/…', '.gitignore', '-x'])
    expect([path, isTreePath(path)]).toEqual([path, true]);
  for (const path of ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', '.git', 'a/.GIT/b', 'a\0b'])
    expect([path, isTreePath(path)]).toEqual([path, false]);
});
