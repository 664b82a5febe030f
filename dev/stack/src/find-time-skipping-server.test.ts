import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { findTimeSkippingServer } from './find-time-skipping-server.ts';
import { MissingPartError } from './missing-part-error.ts';
import { createFakeMachine, type FakeMachine } from './testing/fake-programs.ts';

let machine: FakeMachine;

beforeEach(async () => {
  machine = await createFakeMachine();
  return machine.remove;
});

/** Says on stderr how it is called, as the real one. */
const usage = 'echo "--enable-time-skipping - to enable time skipping on start" >&2';
const fakeServer = usage;

/** What the launcher of the fetched jars asks of Java. */
const fakeJava = `echo "$*" >"$FAKE_ROOT/java"; ${usage}`;

/** Notes each fetch, and puts one jar where it is told to. */
const fakeMaven = `
PATH=/usr/bin:/bin
echo "$*" >>"$FAKE_ROOT/fetches"
for arg in "$@"; do
  case "$arg" in
    -DoutputDirectory=*) touch "\${arg#-DoutputDirectory=}/a.jar" ;;
    *.pom | */pom.xml) cp "$arg" "$FAKE_ROOT/pom.xml" ;;
  esac
done`;

/** The launcher calls `dirname`, which is not on the PATH of a fake machine. */
async function addJava(): Promise<void> {
  await machine.add('java', fakeJava);
  await machine.add('dirname', 'exec /usr/bin/dirname "$@"');
}

async function failure(search: Promise<unknown>): Promise<MissingPartError> {
  const error = await search.catch((error: unknown) => error);
  if (error instanceof MissingPartError) return error;
  throw new Error(`expected a MissingPartError, got ${String(error)}`);
}

it('takes what LOOM_TIME_SKIPPING_BIN names before all else, and nothing else when that does not fit', async () => {
  await machine.add('temporal-test-server', fakeServer);
  const given = await machine.add('mine', fakeServer, 'elsewhere');
  const env = (path: string) => ({ env: { ...machine.env, LOOM_TIME_SKIPPING_BIN: path } });
  expect(await findTimeSkippingServer(env(given))).toBe(given);

  const other = await machine.add('other', 'echo hello', 'elsewhere');
  const error = await failure(findTimeSkippingServer(env(other)));
  expect(error.message).toContain(`${other} does not look like the Temporal test server`);
  const typo = join(machine.root, 'typo');
  expect((await failure(findTimeSkippingServer(env(typo)))).message).toContain(`no program at ${typo}`);
});

it('looks at PATH, then at the cache', async () => {
  const onPath = await machine.add('temporal-test-server', fakeServer);
  const cached = await machine.add('temporal-test-server', fakeServer, 'cache/loom/bin/temporal-test-server');
  expect(await findTimeSkippingServer(machine)).toBe(onPath);
  await machine.add('temporal-test-server', 'exit 1');
  expect(await findTimeSkippingServer(machine)).toBe(cached);
});

it('has Maven fetch it once, from wherever the settings of Maven say, to be run by Java', async () => {
  await addJava();
  await machine.add('mvn', fakeMaven);
  const searches = Array.from({ length: 3 }, () => findTimeSkippingServer(machine));
  const path = join(machine.root, 'cache/loom/bin/temporal-test-server/temporal-test-server');
  expect(await Promise.all(searches)).toEqual([path, path, path]);
  expect(await findTimeSkippingServer(machine)).toBe(path);

  expect((await readFile(join(machine.root, 'fetches'), 'utf8')).trim().split('\n')).toHaveLength(1);
  const pom = await readFile(join(machine.root, 'pom.xml'), 'utf8');
  expect(pom).toContain('<artifactId>temporal-test-server</artifactId>');
  expect(pom).not.toContain('<repository>');
  // Its jars are found where it was moved to.
  expect(await readFile(join(machine.root, 'java'), 'utf8')).toContain(`-cp ${join(path, '../jars/*')} `);
  expect(await readdir(join(path, '../jars'))).toEqual(['a.jar']);
});

it('clears away what a killed process left half-made', async () => {
  await addJava();
  await machine.add('mvn', fakeMaven);
  await machine.add('half', 'half', 'cache/loom/bin/temporal-test-server-new-old');
  await findTimeSkippingServer(machine);
  expect(await readdir(join(machine.root, 'cache/loom/bin'))).toEqual(['temporal-test-server']);
});

it('tells what was tried and what to install when it cannot be had', async () => {
  const error = await failure(findTimeSkippingServer(machine));
  expect(error.message.replaceAll(machine.root, '~')).toMatchInlineSnapshot(`
    "Temporal test server, which skips time, was not found. Tried:
      - LOOM_TIME_SKIPPING_BIN: not set
      - PATH: no \`temporal-test-server\` there
      - the cache, ~/cache/loom/bin/temporal-test-server/temporal-test-server: there is no program at ~/cache/loom/bin/temporal-test-server/temporal-test-server
      - download: switched off by LOOM_TEMPORAL_DOWNLOAD=off
      - Maven: no \`java\` on PATH
    Do one of these and try again:
      - install Java 11 or later and Maven (such as \`apt-get install openjdk-17-jre-headless maven\`), with which io.temporal:temporal-test-server:1.32.0 is fetched
      - set LOOM_TIME_SKIPPING_BIN to the path of a \`temporal-test-server\` of Temporal's Java SDK"
  `);
});

it('tells why Maven could not fetch it, and leaves nothing half-made', async () => {
  await addJava();
  await machine.add('mvn', 'echo "[ERROR] Could not resolve dependencies" >&2; exit 1');
  const error = await failure(findTimeSkippingServer(machine));
  expect(error.tried.at(-1)).toBe('Maven: `mvn` ended with code 1: [ERROR] Could not resolve dependencies');
  expect(await readdir(join(machine.root, 'cache/loom/bin'))).toEqual([]);
});
