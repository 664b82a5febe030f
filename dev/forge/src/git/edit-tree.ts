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

/**
 * A tree like `baseTree` (none: an empty one) with these paths set or removed, through a throw-away index. A file
 * takes the place of a folder, and a folder that of a file.
 */
export async function editTree(
  git: GitRepository,
  scratchRoot: string,
  baseTree: string | undefined,
  edits: readonly TreeEdit[],
): Promise<TreeEditOutcome> {
  const indexFile = join(scratchRoot, `index-${randomUUID()}`);
  // Some commands insist on a work tree, which a bare repository lacks; the index alone is all they touch here.
  const env = { GIT_INDEX_FILE: indexFile, GIT_WORK_TREE: scratchRoot };
  try {
    await git.run(baseTree === undefined ? ['read-tree', '--empty'] : ['read-tree', baseTree], { env });
    const folders = edits.filter((edit) => edit.sha === null || edit.mode === FOLDER_MODE);
    if (folders.length > 0) {
      const paths = folders.map((edit) => `${edit.path}\0`).join('');
      const fromInput = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      const args = [
        '--literal-pathspecs',
        'rm',
        '-r',
        '--cached',
        '--quiet',
        '--ignore-unmatch',
        ...fromInput,
      ];
      await git.run(args, { env, input: paths });
    }
    const lines = edits
      .filter((edit) => edit.sha !== null && edit.mode !== FOLDER_MODE)
      .map((edit) => `${edit.mode} ${edit.sha}\t${edit.path}\0`);
    await git.run(['update-index', '-z', '--index-info'], { env, input: lines.join('') });
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
