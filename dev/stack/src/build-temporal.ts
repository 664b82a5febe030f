import { join } from 'node:path';
import type { Environment } from './environment.ts';
import type { Log } from './log.ts';
import { runCommand } from './run-command.ts';

/** The newest tag that `go install` accepts: later ones carry replace directives. */
export const temporalModule = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

const timeoutMs = 20 * 60_000;
const sayEveryMs = 2_000;

export type BuildResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** Builds the Temporal CLI from source into `folder`; about 4 minutes on 2 cores when nothing is cached. */
export async function buildTemporal(
  go: string,
  folder: string,
  env: Environment,
  log: Log,
): Promise<BuildResult> {
  log(`building Temporal from source with \`go install ${temporalModule}\` (about 4 minutes, only once)`);
  let packages = 0;
  let downloads = 0;
  let saidAt = performance.now();
  const result = await runCommand(go, ['install', '-v', temporalModule], {
    timeoutMs,
    env: { ...env, GOBIN: folder },
    onLine: (line) => {
      if (line.startsWith('go: ')) downloads++;
      else packages++;
      if (performance.now() - saidAt < sayEveryMs) return;
      saidAt = performance.now();
      log(`building Temporal: ${downloads} modules fetched, ${packages} packages compiled`);
    },
  });
  return result.ok ? { ok: true, path: join(folder, 'temporal') } : result;
}
