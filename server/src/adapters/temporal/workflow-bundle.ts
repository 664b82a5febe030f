import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

/** The bundle that the build made; from source, one made now, so that `make dev` runs what was just edited. */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  if (!import.meta.url.endsWith('.ts')) {
    return { codePath: fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url)) };
  }
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  });
}
