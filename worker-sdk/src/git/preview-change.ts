import { succeeded } from '../outcomes.ts';
import type { Preview, StepContext, StepOutcome } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import { inPreview } from './preview-session.ts';
import type { ProposedChange } from './proposed-change.ts';

/** Makes a change in a clone and records what it would do; the forge is only read. */
export function previewChange(
  forge: ForgeClient,
  context: StepContext<unknown, unknown>,
  preview: Preview,
  change: ProposedChange,
): Promise<StepOutcome> {
  return inPreview(forge, context, preview, change, async (workspace) => {
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
    return succeeded({
      message: `Would open "${change.title}" in ${change.repository} (${files})`,
      outputs,
    });
  });
}
