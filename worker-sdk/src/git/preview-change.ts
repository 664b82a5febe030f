import { succeeded } from '../outcomes.ts';
import type { Preview, StepContext, StepOutcome } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import type { ProposedChange } from './proposed-change.ts';
import { type OpenWorkspace, openWorkspace } from './workspace.ts';

type Context = StepContext<unknown, unknown>;

/** The clone that the steps of one dry run share, so that each sees what the steps before it would have done. */
async function sharedWorkspace(
  forge: ForgeClient,
  context: Context,
  preview: Preview,
  { repository, base }: ProposedChange,
): Promise<OpenWorkspace> {
  const key = `git:${repository}:${base ?? ''}`;
  const known = preview.session.get(key) as OpenWorkspace | undefined;
  if (known !== undefined) return known;
  const workspace = await openWorkspace(
    forge,
    context,
    repository,
    base === undefined ? {} : { branch: base },
  );
  preview.session.set(key, workspace);
  return workspace;
}

/** Makes a change in a clone of the dry run and records what it would do; the forge is only read. */
export async function previewChange(
  forge: ForgeClient,
  context: Context,
  preview: Preview,
  change: ProposedChange,
): Promise<StepOutcome> {
  const workspace = await sharedWorkspace(forge, context, preview, change);
  const result = await change.apply(workspace);
  const changes = await workspace.changes();
  for (const file of changes) preview.recordChange(file);
  // Only in the clone: the next step starts from here.
  await workspace.commit(change.title);
  const outputs = result.outputs ?? {};
  if (changes.length === 0) {
    const reason = result.message === undefined ? '' : `: ${result.message}`;
    return succeeded({ message: `Nothing to change in ${change.repository}${reason}`, outputs });
  }
  const files = changes.length === 1 ? '1 file' : `${changes.length} files`;
  return succeeded({ message: `Would open "${change.title}" in ${change.repository} (${files})`, outputs });
}
