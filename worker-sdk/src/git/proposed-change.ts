import type { JsonObject } from '../step-context.ts';
import type { OpenWorkspace } from './workspace.ts';

/** What an edit says beside the files that it wrote. */
export interface EditResult {
  /** Given to later steps as `outputs[stepName]`, in a dry run too. */
  readonly outputs?: JsonObject;
  /** What was done, or why there was nothing to do, in words. */
  readonly message?: string;
}

/** A change that goes through a pull request: a step's own, or the revert of one. */
export interface ProposedChange {
  readonly repository: string;
  /** The branch that it is for; the default branch when left out. */
  readonly base: string | undefined;
  /** Identifies the change: the same for every attempt and redelivery in a run. */
  readonly branch: string;
  readonly title: string;
  body(result: EditResult): string;
  readonly labels: readonly string[];
  /** Whether `apply` needs more than the last commit. */
  readonly withHistory: boolean;
  /** Edits the files; the same on the same base, however often it is called. */
  apply(workspace: OpenWorkspace): Promise<EditResult>;
}
