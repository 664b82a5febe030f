import type { z } from 'zod';
import { defineStep, type NothingSchema, type StepDefinition } from '../define-step.ts';
import type { StepContext } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import { previewChange } from './preview-change.ts';
import { proposeChange } from './propose-change.ts';
import type { EditResult, ProposedChange } from './proposed-change.ts';
import { readBranchTip } from './read-branch-tip.ts';
import { stepBranch } from './step-branch.ts';
import { undoChange } from './undo-change.ts';
import { watchPullRequest } from './watch-pull-request.ts';
import type { Workspace } from './workspace.ts';

/** What {@link pullRequestStep} takes; each function is given the context of the step. */
export interface PullRequestStepSpec<Config extends z.ZodObject, Inputs extends z.ZodObject> {
  /** The worker's own name of this kind of step. */
  readonly type: string;
  readonly config?: Config;
  readonly inputs?: Inputs;
  readonly forge: ForgeClient;
  /** `owner/name` of the repository that is changed. */
  readonly repository: (context: StepContext<z.output<Config>, z.output<Inputs>>) => string;
  /** The branch that is changed; default: the default branch of the repository. */
  readonly base?: (context: StepContext<z.output<Config>, z.output<Inputs>>) => string;
  /**
   * Changes the files. It runs again on every retry and in a dry run, so it does nothing but edit, and it gives the same
   * on the same files. Leaving them as they are means that there is nothing to change.
   */
  readonly edit: (
    workspace: Workspace,
    context: StepContext<z.output<Config>, z.output<Inputs>>,
  ) => Promise<EditResult>;
  /** Title of the pull request and of its commit. */
  readonly title: (context: StepContext<z.output<Config>, z.output<Inputs>>) => string;
  /** What reviewers have to know, in Markdown. */
  readonly body: (context: StepContext<z.output<Config>, z.output<Inputs>>, result: EditResult) => string;
  readonly labels?: readonly string[];
  /** Milliseconds between two looks at the pull request; default 5 minutes. Webhooks are faster. */
  readonly pollEveryMs?: number;
}

/**
 * A step that changes a repository through one pull request and waits for its merge.
 *
 * - The branch is named after run and step, and whatever is there already is found: never two pull requests.
 * - No change: no pull request, the step succeeds and says so.
 * - Closed without merging: the step fails with that reason; a retry makes the change anew on the current base.
 * - In a dry run the same edit is made on a clone, and nothing is written to the forge.
 * - Undone by closing the pull request, or by another one that reverts it.
 */
export function pullRequestStep<
  Config extends z.ZodObject = NothingSchema,
  Inputs extends z.ZodObject = NothingSchema,
>(spec: PullRequestStepSpec<Config, Inputs>): StepDefinition<Config, Inputs> {
  type Context = StepContext<z.output<Config>, z.output<Inputs>>;
  const { forge, labels = [] } = spec;
  const changeOf = (context: Context): ProposedChange => ({
    repository: spec.repository(context),
    base: spec.base?.(context),
    branch: stepBranch(context),
    title: spec.title(context),
    body: (result) => spec.body(context, result),
    labels,
    withHistory: false,
    apply: (workspace) => spec.edit(workspace, context),
  });
  return defineStep<Config, Inputs>({
    type: spec.type,
    ...(spec.config === undefined ? {} : { config: spec.config }),
    ...(spec.inputs === undefined ? {} : { inputs: spec.inputs }),
    ...(spec.pollEveryMs === undefined ? {} : { pollEveryMs: spec.pollEveryMs }),
    run: (context) =>
      context.preview === undefined
        ? proposeChange(forge, context, changeOf(context))
        : previewChange(forge, context, context.preview, changeOf(context)),
    poll: (context, state) => watchPullRequest(forge, context, state),
    readBase: (base, signal) => readBranchTip(forge, base, signal),
    compensate: (context) =>
      undoChange(forge, context, {
        repository: spec.repository(context),
        branch: stepBranch(context),
        labels,
      }),
  });
}
