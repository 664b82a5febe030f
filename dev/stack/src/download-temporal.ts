import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { isExecutable } from './find-on-path.ts';
import { type CommandResult, runCommand } from './run-command.ts';

/*
 * The SDK downloads inside native code, where nothing can stop it; hence a child process, which the time limit ends.
 * It also starts the server once, which proves that the download is whole.
 */
const script = `
const [, testing, create, downloadDir] = process.argv;
const { TestWorkflowEnvironment } = require(testing);
TestWorkflowEnvironment[create]({ server: { executable: { type: 'cached-download', downloadDir, ttl: '365d' } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), (error) => { process.stderr.write(String(error)); process.exit(1); });
`;

export type DownloadResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** What the SDK downloads for each kind of environment: the CLI, or the server for tests that skips time. */
type EnvironmentKind = 'createLocal' | 'createTimeSkipping';

/** Lets Temporal's SDK download the program that fits it into `folder`, unless it is there already. */
export async function downloadTemporal(
  folder: string,
  env: Environment,
  timeoutMs: number,
  kind: EnvironmentKind = 'createLocal',
): Promise<DownloadResult> {
  const testing = createRequire(import.meta.url).resolve('@temporalio/testing');
  const result: CommandResult = await runCommand(process.execPath, ['-e', script, testing, kind, folder], {
    timeoutMs,
    env,
  });
  if (!result.ok) return result;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith('temporal') && (await isExecutable(path))) return { ok: true, path };
  }
  return { ok: false, reason: `the SDK left no program in ${folder}` };
}
