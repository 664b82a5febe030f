import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { withFileLock } from '../../../dev/stack/src/file-lock.ts';
import { bundleWorkflows } from '../../src/build/bundle-workflows.ts';

const source = new URL('../../src/', import.meta.url);
const cache = new URL('../../../node_modules/.cache/loom/', import.meta.url);

/**
 * The production bundle, built once for each state of the sources and shared by all test files and runs; with
 * `interceptor`, a module of workflow interceptors, also one of its own.
 */
export async function loadTestBundle(interceptor?: URL): Promise<{ readonly codePath: string }> {
  // For threads that are started from now on: Temporal's, where the workflows run (dev/check/workflow-coverage.ts).
  const folder = process.env['LOOM_WORKFLOW_COVERAGE'];
  if (folder !== undefined) process.env['NODE_V8_COVERAGE'] = folder;
  const codePath = fileURLToPath(new URL(`workflow-bundle-${await hashSources(interceptor)}.js`, cache));
  if (!existsSync(codePath)) await withFileLock(`${codePath}.lock`, () => build(codePath, interceptor));
  return { codePath };
}

async function build(codePath: string, interceptor: URL | undefined): Promise<void> {
  if (existsSync(codePath)) return;
  const building = `${codePath}.${process.pid}`;
  await bundleWorkflows(source, building, interceptor === undefined ? [] : [fileURLToPath(interceptor)]);
  await rename(building, codePath);
}

async function hashSources(interceptor: URL | undefined): Promise<string> {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  const hash = createHash('sha256').update(version);
  if (interceptor !== undefined) hash.update(await readFile(interceptor));
  for (const folder of ['domain/', 'workflows/', 'adapters/temporal/']) {
    const names = await readdir(new URL(folder, source));
    for (const name of names.filter((one) => one.endsWith('.ts') && !one.endsWith('.test.ts')).sort())
      hash.update(name).update(await readFile(new URL(folder + name, source)));
  }
  return hash.digest('hex').slice(0, 16);
}
