import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

/** What is bundled; `from` is the folder with `workflows/`: sources or their compiled form. */
export function bundleOptions(from: URL): BundleOptions {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const pathOf = (name: string) => fileURLToPath(new URL(`workflows/${name}.${extension}`, from));
  return {
    workflowsPath: pathOf('index'),
    payloadConverterPath: pathOf('tolerant-payload-converter'),
    // Runs share them, so that none evaluates its own: nothing in them may hold state outside of a function.
    preloadModules: ['preload', 'tolerant-payload-converter', 'index'].map(pathOf),
  };
}

/** The bundle that the build made; from source, one made now, so that `make dev` runs what was just edited. */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  if (!import.meta.url.endsWith('.ts')) {
    return { codePath: fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url)) };
  }
  return bundleWorkflowCode(bundleOptions(new URL('../../', import.meta.url)));
}
