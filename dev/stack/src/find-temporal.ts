import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { buildTemporal, temporalModule } from './build-temporal.ts';
import { downloadTemporal } from './download-temporal.ts';
import { type Environment, homeOf, programCacheOf } from './environment.ts';
import { withFileLock } from './file-lock.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { type Log, silent } from './log.ts';
import { MissingPartError } from './missing-part-error.ts';
import { runCommand } from './run-command.ts';
import { findTemporalFault, temporalWish } from './temporal-version.ts';

export interface FindTemporalOptions {
  readonly log?: Log;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** False leaves out the last resort, minutes of building from source. Default true. */
  readonly mayBuild?: boolean;
}

const newPrefix = 'temporal-new-';
const downloadTimeoutMs = 60_000;
const installPage = 'https://docs.temporal.io/cli/setup-cli';
const remedies = [
  `install the Temporal CLI (${installPage}) so that \`temporal\` is on PATH`,
  'set LOOM_TEMPORAL_BIN to the path of a `temporal` program',
  `install Go and run \`go install ${temporalModule}\``,
];

/**
 * Path of a `temporal` program: LOOM_TEMPORAL_BIN, else PATH, Loom's cache and Go's folder for programs, else got into
 * the cache by download (not with LOOM_TEMPORAL_DOWNLOAD=off) or by building it. Rejects with MissingPartError.
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<string> {
  const { log = silent, env = process.env, mayBuild = true } = options;
  const named = env['LOOM_TEMPORAL_BIN'];
  if (named) {
    const path = resolve(named);
    const fault = (await isExecutable(path))
      ? await findTemporalFault(path, env)
      : `there is no program at ${path}`;
    if (fault === undefined) return path;
    throw new MissingPartError(temporalWish, [`LOOM_TEMPORAL_BIN=${named}: ${fault}`], remedies);
  }

  const tried = ['LOOM_TEMPORAL_BIN: not set'];
  const cache = programCacheOf(env);
  const cached = join(cache, 'temporal');
  const go = await findOnPath('go', env);
  const places: readonly [string, string | undefined][] = [
    ['PATH', await findOnPath('temporal', env)],
    [`the cache, ${cached}`, cached],
    ...(await goFolders(go, env)).map((folder): [string, string] => [folder, join(folder, 'temporal')]),
  ];
  for (const [place, path] of places) {
    if (path === undefined || !(await isExecutable(path))) {
      tried.push(`${place}: no \`temporal\` there`);
      continue;
    }
    const fault = await findTemporalFault(path, env);
    if (fault === undefined) return path;
    log(fault);
    tried.push(`${place}: ${fault}`);
  }

  await mkdir(cache, { recursive: true });
  return withFileLock(
    join(cache, 'temporal.lock'),
    async () => {
      // Another process may have got it while we waited.
      if ((await isExecutable(cached)) && (await findTemporalFault(cached, env)) === undefined) return cached;
      await removeLeftovers(cache);
      const folder = await mkdtemp(join(cache, newPrefix));
      try {
        const path = await getTemporal({ folder, env, log, go, mayBuild, tried });
        await rename(path, cached);
        return cached;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    { log },
  );
}

/** What holders of the lock that were killed have left half-made. */
async function removeLeftovers(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(newPrefix));
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

async function goFolders(go: string | undefined, env: Environment): Promise<readonly string[]> {
  const told = go && (await runCommand(go, ['env', 'GOBIN', 'GOPATH'], { timeoutMs: 10_000, env }));
  const [gobin, gopath] =
    told && told.ok ? told.stdout.split('\n') : [env['GOBIN'], env['GOPATH'] || join(homeOf(env), 'go')];
  const paths = (gopath ?? '').split(delimiter).filter((path) => path !== '');
  return [...(gobin ? [gobin] : []), ...paths.map((path) => join(path, 'bin'))];
}

interface Getting {
  readonly folder: string;
  readonly env: Environment;
  readonly log: Log;
  readonly go: string | undefined;
  readonly mayBuild: boolean;
  readonly tried: readonly string[];
}

async function getTemporal({ folder, env, log, go, mayBuild, tried }: Getting): Promise<string> {
  const failures: string[] = [];
  if (env['LOOM_TEMPORAL_DOWNLOAD'] === 'off') {
    failures.push('download: switched off by LOOM_TEMPORAL_DOWNLOAD=off');
  } else {
    log('downloading the Temporal CLI');
    const download = await downloadTemporal(folder, env, downloadTimeoutMs);
    const fault = download.ok ? await findTemporalFault(download.path, env) : download.reason;
    if (download.ok && fault === undefined) return download.path;
    log('the download of the Temporal CLI failed');
    failures.push(`download: ${fault}`);
  }
  if (go === undefined) {
    failures.push(`building ${temporalModule}: no \`go\` on PATH`);
  } else if (!mayBuild) {
    failures.push(`building ${temporalModule}: not asked for`);
  } else {
    const build = await buildTemporal(go, folder, env, log);
    const fault = build.ok ? await findTemporalFault(build.path, env) : build.reason;
    if (build.ok && fault === undefined) return build.path;
    failures.push(`building ${temporalModule}: ${fault}`);
  }
  throw new MissingPartError(temporalWish, [...tried, ...failures], remedies);
}
