/** Builds the workflow bundle ahead; tests and production load the same file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundleOptions } from '../adapters/temporal/workflow-bundle.ts';

/** `from` is the folder with `workflows/`: sources or their compiled form. */
export async function bundleWorkflows(
  from: URL,
  to: string,
  workflowInterceptorModules: string[] = [],
): Promise<void> {
  const { code } = await bundleWorkflowCode({ ...bundleOptions(from), workflowInterceptorModules });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url);
  await bundleWorkflows(root, fileURLToPath(new URL('workflow-bundle.js', root)));
}
