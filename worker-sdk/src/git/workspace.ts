import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import type { FileChange } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import { inTransfer, openGit, toGitFailure } from './git-process.ts';
import { recordOperation } from './record-operation.ts';
import { describeStaged } from './staged-changes.ts';
import { openTemporaryFolder } from './temporary-folder.ts';
import { openFiles, type WorkspaceFiles } from './workspace-files.ts';

/** A clone of a repository in a directory of its own, as a step edits it. */
export interface Workspace extends WorkspaceFiles {
  /** `owner/name`. */
  readonly repository: string;
  /** The branch that the change is for. */
  readonly baseBranch: string;
  /** The commit of the forge that the clone started from. */
  readonly baseCommit: string;
}

/** A workspace with what its owner does to it: commit, push, remove. */
export interface OpenWorkspace extends Workspace {
  readonly git: SimpleGit;
  /** What differs from the last commit of the clone. */
  changes(): Promise<readonly FileChange[]>;
  /** Commits everything that changed; undefined when nothing did. */
  commit(message: string): Promise<string | undefined>;
  /** Removes the clone from disk. */
  close(): Promise<void>;
}

/** Which part of a repository {@link openWorkspace} fetches. */
export interface OpenWorkspaceOptions {
  /** Default: the default branch of the repository. */
  readonly branch?: string;
  /** A commit to stand on instead of the tip of the branch. */
  readonly commit?: string;
  /** Fetches all commits (their files when needed) instead of the last one only. */
  readonly withHistory?: boolean;
}

function cloneArguments(url: string, target: string, options: OpenWorkspaceOptions): readonly string[] {
  return [
    'clone',
    '--no-tags',
    '--single-branch',
    ...(options.withHistory === true ? ['--filter=blob:none'] : ['--depth=1']),
    ...(options.branch === undefined ? [] : [`--branch=${options.branch}`]),
    '--',
    url,
    target,
  ];
}

async function standOn(
  forge: ForgeClient,
  activity: GitActivity,
  git: SimpleGit,
  commit: string,
): Promise<void> {
  await inTransfer(forge, activity.signal, () => git.raw(['fetch', '--depth=1', 'origin', commit]));
  await git.raw(['checkout', '--detach', commit]);
}

async function readHead(
  git: SimpleGit,
  repository: string,
): Promise<{ readonly tip: string; readonly branch: string }> {
  try {
    const [tip = '', branch = ''] = (await git.raw(['rev-parse', 'HEAD', '--abbrev-ref', 'HEAD']))
      .trim()
      .split('\n');
    return { tip, branch };
  } catch (error) {
    throw new StepFailure(`${repository} has no commit yet`, { failureClass: 'invalid', cause: error });
  }
}

/**
 * Clones a repository into a temporary directory. The caller closes the workspace; {@link withWorkspace} does so itself.
 *
 * @throws StepFailure of class `invalid` when the repository or branch is not there, `fatal` when the token is refused,
 * `transport` when the forge does not answer.
 */
export async function openWorkspace(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  options: OpenWorkspaceOptions = {},
): Promise<OpenWorkspace> {
  const url = forge.cloneUrl(repository);
  const { path: home, remove: close } = await openTemporaryFolder();
  const root = join(home, 'clone');
  const facts = {
    kind: 'git.clone',
    repository,
    url,
    ...(options.branch === undefined ? {} : { branch: options.branch }),
  };
  try {
    await mkdir(root);
    return await recordOperation(forge, activity, facts, `Cloning ${repository}`, async (note) => {
      try {
        const outside = openGit(forge, home, home, activity.signal);
        await inTransfer(forge, activity.signal, () => outside.raw([...cloneArguments(url, root, options)]));
        const git = openGit(forge, root, home, activity.signal);
        const { tip, branch: baseBranch } = await readHead(git, repository);
        if (options.commit !== undefined && options.commit !== tip)
          await standOn(forge, activity, git, options.commit);
        const baseCommit = options.commit ?? tip;
        note({ branch: baseBranch, commit: baseCommit });
        return workspaceIn({ git, root, repository, baseBranch, baseCommit, close });
      } catch (error) {
        throw toGitFailure(error, `Cloning ${repository}`, forge.redact);
      }
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function workspaceIn(clone: {
  readonly git: SimpleGit;
  readonly root: string;
  readonly repository: string;
  readonly baseBranch: string;
  readonly baseCommit: string;
  close(): Promise<void>;
}): OpenWorkspace {
  const { git, root, repository, baseBranch, baseCommit, close } = clone;
  let isStaged = true;
  const stage = async (): Promise<void> => {
    if (isStaged) return;
    // Forced, since what a step writes counts even where the repository ignores such files.
    await git.raw(['add', '--all', '--force', '--verbose', '.']);
    isStaged = true;
  };
  const listPaths = async (): Promise<readonly string[]> => {
    await stage();
    const output = await git.raw(['ls-files', '-z', '--cached']);
    return output.split('\0').filter((path) => path !== '');
  };
  const files = openFiles(repository, root, listPaths, () => {
    isStaged = false;
  });
  return {
    ...files,
    git,
    repository,
    baseBranch,
    baseCommit,
    close,
    async changes() {
      await stage();
      return describeStaged(git, repository, baseCommit);
    },
    async commit(message) {
      await stage();
      const hasChanges = (await git.raw(['diff', '--cached', '--name-only', 'HEAD', '--'])) !== '';
      if (!hasChanges) return undefined;
      await git.raw(['commit', '--no-verify', '--cleanup=whitespace', `--message=${message}`]);
      return (await git.revparse(['HEAD'])).trim();
    },
  };
}

/** Clones a repository, lets `use` work in it and removes the clone again, whatever happens. */
export async function withWorkspace<Result>(
  forge: ForgeClient,
  activity: GitActivity,
  repository: string,
  options: OpenWorkspaceOptions,
  use: (workspace: OpenWorkspace) => Promise<Result>,
): Promise<Result> {
  const workspace = await openWorkspace(forge, activity, repository, options);
  try {
    return await use(workspace);
  } finally {
    await workspace.close();
  }
}
