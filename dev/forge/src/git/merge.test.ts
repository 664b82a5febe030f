import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGitRepository, type GitRepository } from './git-repository.ts';
import { importCommits } from './import-commits.ts';
import { mergeInMemory, mergeInWorktree, mergeTrees } from './merge.ts';
import { createGitRunner } from './run-git.ts';

let scratch: string;
let git: GitRepository;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'loom-forge-'));
  git = await createGitRepository(
    createGitRunner(scratch),
    join(scratch, 'repo.git'),
    join(scratch, 'new'),
    'main',
  );
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const LINES = 'one\ntwo\nthree\nfour\nfive\n';

async function commit(
  branch: string,
  parent: string | undefined,
  files: Record<string, string | null>,
): Promise<string> {
  const author = { name: 'W', email: 'w@example.org', date: '2024-01-01T00:00:00Z' };
  const changes = Object.entries(files).map(([path, content]) => ({
    path,
    content: content === null ? null : Buffer.from(content),
    mode: '100644' as const,
  }));
  const [sha = ''] = await importCommits(git, scratch, branch, parent, [
    { message: branch, author, files: changes },
  ]);
  return sha;
}

const CASES: readonly (readonly [
  string,
  Record<string, string | null>,
  Record<string, string | null>,
  readonly string[],
])[] = [
  ['different files', { 'a.txt': 'new\n' }, { 'b.txt': 'new\n' }, []],
  [
    'different lines of one file',
    { 'a.txt': LINES.replace('one', '1') },
    { 'a.txt': LINES.replace('five', '5') },
    [],
  ],
  [
    'the same line',
    { 'a.txt': LINES.replace('one', '1') },
    { 'a.txt': LINES.replace('one', 'uno') },
    ['a.txt'],
  ],
  [
    'a file that one deletes and the other changes',
    { 'a.txt': null },
    { 'a.txt': LINES.replace('two', '2') },
    ['a.txt'],
  ],
  [
    'a file that one renames and the other changes',
    { 'a.txt': null, 'moved.txt': LINES },
    { 'a.txt': LINES.replace('two', '2') },
    [],
  ],
  ['a file both add differently', { 'new.txt': 'x\n' }, { 'new.txt': 'y\n' }, ['new.txt']],
];

test.each(CASES)(
  'with and without files, a merge of %s ends the same',
  async (name, ours, theirs, conflicts) => {
    const id = CASES.findIndex(([each]) => each === name);
    const start = await commit(`start-${id}`, undefined, { 'a.txt': LINES, 'b.txt': LINES });
    const base = await commit(`base-${id}`, start, ours);
    const head = await commit(`head-${id}`, start, theirs);
    const inWorktree = await mergeInWorktree(git, scratch, base, head);
    expect(await mergeInMemory(git, base, head)).toEqual(inWorktree);
    expect(inWorktree.ok ? [] : inWorktree.conflicts).toEqual(conflicts);
    expect((await readdir(scratch)).filter((entry) => entry.startsWith('worktree'))).toEqual([]);
  },
);

test('what is already in the base merges to the base, and strangers do not merge', async () => {
  const start = await commit('old', undefined, { 'a.txt': LINES });
  const next = await commit('next', start, { 'a.txt': 'next\n' });
  const stranger = await commit('stranger', undefined, { 'z.txt': 'z\n' });
  const treeOf = (sha: string) => git.text(['rev-parse', `${sha}^{tree}`]);
  expect(await mergeTrees(git, scratch, next, start)).toEqual({ ok: true, tree: await treeOf(next) });
  expect(await mergeTrees(git, scratch, start, next)).toEqual({ ok: true, tree: await treeOf(next) });
  expect(await mergeTrees(git, scratch, start, stranger)).toEqual({ ok: false, conflicts: [] });
});
