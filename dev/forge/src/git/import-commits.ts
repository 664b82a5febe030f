import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { branchRef } from '../names.ts';
import type { GitRepository } from './git-repository.ts';
import type { Signature } from './objects.ts';

export interface ImportedFile {
  readonly path: string;
  /** `null` removes the file. */
  readonly content: Buffer | null;
  readonly mode: '100644' | '100755' | '120000';
}

export interface ImportedCommit {
  readonly message: string;
  readonly author: Signature;
  readonly files: readonly ImportedFile[];
}

/** Writes a whole line of commits with one `git fast-import`; answers their SHAs, oldest first. */
export async function importCommits(
  git: GitRepository,
  scratchRoot: string,
  branch: string,
  parent: string | undefined,
  commits: readonly ImportedCommit[],
): Promise<string[]> {
  const marksFile = join(scratchRoot, `marks-${randomUUID()}`);
  const stream = commits.flatMap((commit, index) => describeCommit(branch, commit, index + 1, parent));
  try {
    await git.run(['fast-import', '--quiet', '--force', '--date-format=raw', `--export-marks=${marksFile}`], {
      input: Buffer.concat(stream),
    });
    const marks = await readFile(marksFile, 'utf8');
    const byMark = new Map(
      marks
        .trim()
        .split('\n')
        .map((line) => line.slice(1).split(' ') as [string, string]),
    );
    return commits.map((_, index) => byMark.get(String(index + 1)) ?? '');
  } finally {
    await rm(marksFile, { force: true });
  }
}

function describeCommit(
  branch: string,
  commit: ImportedCommit,
  mark: number,
  parent: string | undefined,
): Buffer[] {
  const who = `${person(commit.author.name)} <${person(commit.author.email)}> ${rawDate(commit.author.date)}`;
  const head = [`commit ${branchRef(branch)}`, `mark :${mark}`, `author ${who}`, `committer ${who}`];
  const parts = [Buffer.from(`${head.join('\n')}\n`), ...data(Buffer.from(commit.message))];
  if (mark === 1 && parent !== undefined) parts.push(Buffer.from(`from ${parent}\n`));
  for (const file of commit.files) {
    const path = quotePath(file.path);
    if (file.content === null) parts.push(Buffer.from(`D ${path}\n`));
    else parts.push(Buffer.from(`M ${file.mode} inline ${path}\n`), ...data(file.content));
  }
  parts.push(Buffer.from('\n'));
  return parts;
}

function data(content: Buffer): Buffer[] {
  return [Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n')];
}

function person(text: string): string {
  return text.replace(/[<>\n]/g, '');
}

function rawDate(date: string): string {
  return `${Math.floor(new Date(date).getTime() / 1000)} +0000`;
}

function quotePath(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
