import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { StepFailure } from '../step-failure.ts';

function refuse(path: string, reason: string): never {
  throw new StepFailure(`The path "${path}" ${reason}`, { failureClass: 'invalid' });
}

/** A path of a repository in its one form: `a/b.yaml`. */
export function normalizePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || path.includes('\0') || path.includes('\\'))
    refuse(path, 'is not a path in a repository');
  if (parts.length === 0) refuse(path, 'names no file');
  if (parts.includes('..')) refuse(path, 'leads out of the repository');
  if (parts.some((part) => /^\.git$/i.test(part.replace(/[\s.]+$/, ''))))
    refuse(path, 'belongs to git itself');
  return parts.join('/');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Where a path really leads, as far as it exists. */
async function realExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const isDangling = await lstat(path).then(
    () => true,
    () => false,
  );
  return isDangling ? refuse(path, 'is a symbolic link that leads nowhere') : realExisting(dirname(path));
}

/**
 * The place of a repository's file on disk.
 *
 * @throws StepFailure of class `invalid` when the path, or a symbolic link on it, leads out of the repository.
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  const normal = normalizePath(path);
  const realRoot = await realpath(root);
  const real = await realExisting(join(realRoot, normal));
  const isInside = real === realRoot || real.startsWith(realRoot + sep);
  if (!isInside) refuse(path, 'follows a symbolic link out of the repository');
  if (real.startsWith(join(realRoot, '.git') + sep)) refuse(path, 'belongs to git itself');
  return join(realRoot, normal);
}
