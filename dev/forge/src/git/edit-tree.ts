import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from './git-repository.ts';
import { GitFailure } from './run-git.ts';

export interface TreeEdit {
  readonly path: string;
  readonly mode: string;
  /** `null` removes the path, a folder with everything below it. */
  readonly sha: string | null;
}

export type TreeEditOutcome =
  | { readonly ok: true; readonly tree: string }
  | { readonly ok: false; readonly reason: string };

const FOLDER_MODE = '040000';

export interface TreeEdits {
  /** None: an empty tree. */
  readonly baseTree: string | undefined;
  readonly edits: readonly TreeEdit[];
  /** Whether a file may take the place of a folder, or a folder that of a file. */
  readonly canReplace: boolean;
}

/** A tree like the base with these paths set or removed, through a throw-away index. */
export async function editTree(
  git: GitRepository,
  scratchRoot: string,
  { baseTree, edits, canReplace }: TreeEdits,
): Promise<TreeEditOutcome> {
  const indexFile = join(scratchRoot, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: indexFile };
  try {
    await git.run(baseTree === undefined ? ['read-tree', '--empty'] : ['read-tree', baseTree], { env });
    const folders = edits.filter((edit) => edit.sha === null || edit.mode === FOLDER_MODE);
    if (folders.length > 0) {
      const paths = folders.map((edit) => edit.path);
      const args = [
        '--literal-pathspecs',
        'rm',
        '-r',
        '--cached',
        '--quiet',
        '--ignore-unmatch',
        '--',
        ...paths,
      ];
      // `git rm` insists on a work tree, which a bare repository lacks; an index alone is all it touches here.
      await git.run(args, { env: { ...env, GIT_WORK_TREE: scratchRoot } });
    }
    const lines = edits
      .filter((edit) => edit.sha !== null && edit.mode !== FOLDER_MODE)
      .map((edit) => `${edit.mode} ${edit.sha}\t${edit.path}\0`);
    const replace = canReplace ? ['--replace'] : [];
    await git.run(['update-index', ...replace, '-z', '--index-info'], { env, input: lines.join('') });
    for (const edit of edits) {
      if (edit.sha !== null && edit.mode === FOLDER_MODE)
        await git.run(['read-tree', `--prefix=${edit.path}/`, edit.sha], { env });
    }
    return { ok: true, tree: await git.text(['write-tree'], { env }) };
  } catch (error) {
    if (error instanceof GitFailure) return { ok: false, reason: error.stderr.trim() };
    throw error;
  } finally {
    await rm(indexFile, { force: true });
  }
}
