import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StepFailure } from '../step-failure.ts';
import { normalizePath, resolveInside } from './safe-path.ts';
import { editYaml, type YamlDocument } from './yaml/edit-yaml.ts';

/** The files of a repository as a step edits them. Paths are those of the repository, with `/`. */
export interface WorkspaceFiles {
  /** Paths of all files, sorted; with `folder`, those below it. */
  list(folder?: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** @throws StepFailure of class `invalid` when there is no such file. */
  read(path: string): Promise<string>;
  readIfPresent(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Buffer>;
  /** Writes a file and keeps its mode; a new one is executable only when told so. */
  write(
    path: string,
    content: string | Uint8Array,
    options?: { readonly isExecutable?: boolean },
  ): Promise<void>;
  /** Removes a file or a folder; one that is not there is no mistake. */
  delete(path: string): Promise<void>;
  /** Renames a file and keeps its mode. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Edits a YAML file in place and touches nothing that was not meant; see `editYaml`.
   *
   * @returns Whether the file changed.
   */
  editYaml(path: string, edit: (documents: readonly YamlDocument[]) => void): Promise<boolean>;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/**
 * Opens the files below a directory; `listPaths` says which of them belong to the repository, `onChange` hears before one
 * is changed.
 */
export function openFiles(
  repository: string,
  root: string,
  listPaths: () => Promise<readonly string[]>,
  onChange: () => void,
): WorkspaceFiles {
  const missing = (path: string): StepFailure =>
    new StepFailure(`${repository} has no file ${path}`, {
      failureClass: 'invalid',
      metadata: { repository, path },
    });

  const readBytes = async (path: string): Promise<Buffer> => {
    try {
      return await readFile(await resolveInside(root, path));
    } catch (error) {
      throw isMissing(error) ? missing(path) : error;
    }
  };
  const exists = async (path: string): Promise<boolean> => {
    try {
      await lstat(await resolveInside(root, path));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  };
  const read = async (path: string): Promise<string> => (await readBytes(path)).toString('utf8');
  const write: WorkspaceFiles['write'] = async (path, content, options = {}) => {
    const place = await resolveInside(root, path);
    onChange();
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
    if (options.isExecutable === true) await chmod(place, 0o755);
  };

  return {
    async list(folder) {
      const prefix = folder === undefined ? '' : `${normalizePath(folder)}/`;
      return (await listPaths()).filter((path) => path.startsWith(prefix));
    },
    exists,
    read,
    readIfPresent: async (path) => ((await exists(path)) ? read(path) : undefined),
    readBytes,
    write,
    async delete(path) {
      const place = await resolveInside(root, path);
      onChange();
      await rm(place, { recursive: true, force: true });
    },
    async rename(from, to) {
      if (!(await exists(from))) throw missing(from);
      const target = await resolveInside(root, to);
      onChange();
      await mkdir(dirname(target), { recursive: true });
      await rename(await resolveInside(root, from), target);
    },
    async editYaml(path, edit) {
      const before = await read(path);
      const after = editYaml(before, edit, { file: `${path} of ${repository}` });
      if (after === before) return false;
      await write(path, after);
      return true;
    },
  };
}
