import type { Preview } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import type { ForgeClient } from './forge-client.ts';
import type { GitActivity } from './git-activity.ts';
import type { ProposedChange } from './proposed-change.ts';
import { type OpenWorkspace, openWorkspace } from './workspace.ts';

const idleForMs = 2 * 60_000;

/** The clone of a repository that the steps of one dry run share. */
class PreviewClone {
  readonly #workspace: OpenWorkspace;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(workspace: OpenWorkspace) {
    this.#workspace = workspace;
  }

  async use<Result>(work: (workspace: OpenWorkspace) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) {
      throw new StepFailure('The dry run rested for so long that its clones were removed; start it again', {
        failureClass: 'timeout',
      });
    }
    clearTimeout(this.#timer);
    try {
      return await work(this.#workspace);
    } finally {
      // For whoever does not dispose of the session: no clone stays for long after its last use.
      this.#timer = setTimeout(() => void this[Symbol.asyncDispose](), idleForMs).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#isClosed = true;
    await this.#workspace.close();
  }
}

/**
 * Lets a step of a dry run work in a clone that holds what the steps before it would have done, all on one commit of the
 * forge. The clone is removed when the dry run disposes of what its session holds.
 */
export async function inPreview<Result>(
  forge: ForgeClient,
  activity: GitActivity,
  preview: Preview,
  { repository, base }: Pick<ProposedChange, 'repository' | 'base'>,
  use: (workspace: OpenWorkspace) => Promise<Result>,
): Promise<Result> {
  const key = `git:${repository}:${base ?? ''}`;
  let clone = preview.session.get(key);
  if (!(clone instanceof PreviewClone)) {
    const options = base === undefined ? {} : { branch: base };
    const workspace = await openWorkspace(forge, activity, repository, options);
    preview.recordBase({ repo: repository, branch: workspace.baseBranch, commit: workspace.baseCommit });
    clone = new PreviewClone(workspace);
    preview.session.set(key, clone);
  }
  return (clone as PreviewClone).use(use);
}
