import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { downloadTemporal } from './download-temporal.ts';
import { type Environment, programCacheOf } from './environment.ts';
import { fetchByMaven, timeSkippingArtefact } from './fetch-by-maven.ts';
import { withFileLock } from './file-lock.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { type Log, silent } from './log.ts';
import { MissingPartError } from './missing-part-error.ts';
import { runCommand } from './run-command.ts';

export interface FindTimeSkippingServerOptions {
  readonly log?: Log;
  /** Default `process.env`. */
  readonly env?: Environment;
}

const program = 'temporal-test-server';
const newPrefix = `${program}-new-`;
const wish = 'Temporal test server, which skips time,';
const downloadTimeoutMs = 60_000;
const remedies = [
  `install Java 11 or later and Maven (such as \`apt-get install openjdk-17-jre-headless maven\`), with which ${timeSkippingArtefact} is fetched`,
  `set LOOM_TIME_SKIPPING_BIN to the path of a \`${program}\` of Temporal's Java SDK`,
];

/**
 * Path of a program that serves Temporal's API for tests and skips time: LOOM_TIME_SKIPPING_BIN, else PATH and Loom's
 * cache, else got into the cache by download (not with LOOM_TEMPORAL_DOWNLOAD=off) or by Maven, to be run by Java.
 * Rejects with MissingPartError.
 */
export async function findTimeSkippingServer(options: FindTimeSkippingServerOptions = {}): Promise<string> {
  const { log = silent, env = process.env } = options;
  const named = env['LOOM_TIME_SKIPPING_BIN'];
  if (named) {
    const path = resolve(named);
    const fault = await faultOf(path, env);
    if (fault === undefined) return path;
    throw new MissingPartError(wish, [`LOOM_TIME_SKIPPING_BIN=${named}: ${fault}`], remedies);
  }

  const tried = ['LOOM_TIME_SKIPPING_BIN: not set'];
  const cache = programCacheOf(env);
  const folder = join(cache, program);
  const cached = join(folder, program);
  const places: readonly [string, string | undefined][] = [
    ['PATH', await findOnPath(program, env)],
    [`the cache, ${cached}`, cached],
  ];
  for (const [place, path] of places) {
    const fault = path === undefined ? `no \`${program}\` there` : await faultOf(path, env);
    if (path !== undefined && fault === undefined) return path;
    tried.push(`${place}: ${fault}`);
  }

  await mkdir(cache, { recursive: true });
  return withFileLock(
    join(cache, `${program}.lock`),
    async () => {
      // Another process may have got it while we waited.
      if ((await faultOf(cached, env)) === undefined) return cached;
      // What holders of the lock that were killed have left half-made.
      for (const name of await readdir(cache))
        if (name.startsWith(newPrefix)) await rm(join(cache, name), { recursive: true });
      const building = await mkdtemp(join(cache, newPrefix));
      try {
        await getServer(building, { env, log, tried });
        await rm(folder, { recursive: true, force: true });
        await rename(building, folder);
        return cached;
      } finally {
        await rm(building, { recursive: true, force: true });
      }
    },
    { log },
  );
}

interface Getting {
  readonly env: Environment;
  readonly log: Log;
  readonly tried: readonly string[];
}

/** Puts the program, and whatever it needs beside it, into `folder`. */
async function getServer(folder: string, { env, log, tried }: Getting): Promise<void> {
  const failures: string[] = [];
  if (env['LOOM_TEMPORAL_DOWNLOAD'] === 'off') {
    failures.push('download: switched off by LOOM_TEMPORAL_DOWNLOAD=off');
  } else {
    log('downloading the Temporal test server');
    const download = await downloadTemporal(folder, env, downloadTimeoutMs, 'createTimeSkipping');
    const fault = download.ok ? await faultOf(download.path, env) : download.reason;
    if (download.ok && fault === undefined) return rename(download.path, join(folder, program));
    failures.push(`download: ${fault}`);
  }
  log(`fetching ${timeSkippingArtefact} by Maven`);
  const fetched = await fetchByMaven(join(folder, program), env);
  const fault = fetched.ok ? await faultOf(join(folder, program), env) : fetched.reason;
  if (fault === undefined) return;
  failures.push(`Maven: ${fault}`);
  throw new MissingPartError(wish, [...tried, ...failures], remedies);
}

/** Without arguments it only says how it is called. */
async function faultOf(path: string, env: Environment): Promise<string | undefined> {
  if (!(await isExecutable(path))) return `there is no program at ${path}`;
  const said: string[] = [];
  const onLine = (line: string) => void said.push(line);
  const result = await runCommand(path, [], { timeoutMs: 20_000, env, onLine });
  if (!result.ok) return `${basename(path)} ${result.reason}`;
  return said.join().includes('--enable-time-skipping')
    ? undefined
    : `${path} does not look like the Temporal test server`;
}
