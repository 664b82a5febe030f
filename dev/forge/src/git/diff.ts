import { ZERO_SHA } from '../names.ts';
import type { GitRepository } from './git-repository.ts';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: FileStatus;
  /** Blob after the change; before it, when the file was removed. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Hunks from the first `@@` on; absent for binary files, pure renames and patches that are too long. */
  readonly patch?: string;
}

/** The tree that every repository has, to compare a first commit with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const LONGEST_PATCH = 400_000;
const DIFF = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', '-M'];

export async function diffFiles(git: GitRepository, base: string, head: string): Promise<FileChange[]> {
  const [summary, patches] = await Promise.all([
    git.run([...DIFF, '--raw', '--numstat', '--abbrev=40', '-z', base, head]),
    diffText(git, base, head),
  ]);
  // Sections come in the order of the summary, and no line of content can start like a section's head.
  const sections = patches.split(/^diff --git /m).slice(1);
  return parseSummary(summary.stdout.toString()).map((file, index) => {
    const patch = patchOf(sections[index] ?? '');
    return patch === undefined ? file : { ...file, patch };
  });
}

export async function diffText(git: GitRepository, base: string, head: string): Promise<string> {
  return (await git.run([...DIFF, '--full-index', base, head])).stdout.toString();
}

function patchOf(section: string): string | undefined {
  const start = section.search(/^@@ /m);
  if (start < 0 || section.length - start > LONGEST_PATCH) return undefined;
  return section.slice(start).replace(/\n$/, '');
}

/** With -z, `--raw` lists every file first, and `--numstat` then lists them again in the same order. */
function parseSummary(output: string): FileChange[] {
  const fields = output.split('\0');
  const files: FileChange[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(':'); at += 1) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const isMove = letter.startsWith('R') || letter.startsWith('C');
    const first = fields[at + 1] ?? '';
    const path = isMove ? (fields[at + 2] ?? '') : first;
    at += isMove ? 2 : 1;
    const file = {
      path,
      status: statusOf(letter),
      sha: after === ZERO_SHA ? before : after,
      additions: 0,
      deletions: 0,
    };
    files.push(isMove ? { ...file, previousPath: first } : file);
  }
  return files.map((file) => {
    const [additions = '', deletions = '', path] = (fields[at] ?? '').split('\t');
    at += path === '' ? 3 : 1;
    // "-" stands for a binary file.
    return { ...file, additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
  });
}

function statusOf(letter: string): FileStatus {
  switch (letter[0]) {
    case 'A':
      return 'added';
    case 'D':
      return 'removed';
    case 'R':
      return 'renamed';
    case 'C':
      return 'copied';
    case 'T':
      return 'changed';
    default:
      return 'modified';
  }
}
