import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RunFrom } from '@loom/stack';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { withFileLock } from '../../dev/stack/src/file-lock.ts';
import { runCommand } from '../../dev/stack/src/run-command.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What servers and workers are started from: they are up in a third of the time from what was built. */
    runFrom: RunFrom;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const server = new URL('../../server/', import.meta.url);
const PROJECTS = ['server', 'worker-sdk', 'workers/hello-world', 'workers/app-chart'];
const TIMEOUT_MS = 5 * 60_000;

/** Vitest's globalSetup: brings the build up to date, a matter of two seconds when it is. */
export async function setup(project: Pick<TestProject, 'provide'>): Promise<void> {
  const fault = await withFileLock(`${root}node_modules/.cache/loom/fresh-build.lock`, build);
  if (fault !== undefined) process.stderr.write(`test build: running from source, since ${fault}\n`);
  project.provide('runFrom', fault === undefined ? 'dist' : 'source');
}

async function build(): Promise<string | undefined> {
  const run = (args: readonly string[]) =>
    runCommand(process.execPath, args, { timeoutMs: TIMEOUT_MS, env: process.env });
  const compiled = await run(['node_modules/typescript/bin/tsc', '-b', ...PROJECTS]);
  if (!compiled.ok) return `the compiler ${compiled.reason}`;
  if (await isBundleFresh()) return undefined;
  const bundled = await run(['server/dist/build/bundle-workflows.js']);
  return bundled.ok ? undefined : `the bundle of the workflows ${bundled.reason}`;
}

/** Whether nothing that may be in the bundle was compiled after it was made. */
async function isBundleFresh(): Promise<boolean> {
  const bundle = await stat(new URL('dist/workflow-bundle.js', server)).catch(() => undefined);
  if (bundle === undefined) return false;
  const times = await Promise.all(
    ['domain', 'workflows', 'adapters/temporal', 'build'].map(async (folder) => {
      const url = new URL(`dist/${folder}/`, server);
      const names = (await readdir(url)).filter((name) => name.endsWith('.js'));
      return Promise.all(names.map(async (name) => (await stat(new URL(name, url))).mtimeMs));
    }),
  );
  return Math.max(...times.flat()) <= bundle.mtimeMs;
}
