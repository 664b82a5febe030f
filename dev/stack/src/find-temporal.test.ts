import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { downloadTemporal } from './download-temporal.ts';
import { findTemporal } from './find-temporal.ts';
import { MissingPartError } from './missing-part-error.ts';
import { createFakeMachine, type FakeMachine, fakeTemporal } from './testing/fake-programs.ts';

let machine: FakeMachine;

beforeEach(async () => {
  machine = await createFakeMachine();
  return machine.remove;
});

/** A `go` that takes a moment to build, and notes each build. */
const fakeGo = `
PATH=/usr/bin:/bin
case "$1" in
  env) echo; echo "$HOME/gopath" ;;
  install)
    echo "$*" >>"$FAKE_ROOT/builds"
    echo "go: downloading example.com/m v1.0.0" >&2
    sleep 0.3
    printf '#!/bin/sh\\n%s\\n' '${fakeTemporal}' >"$GOBIN/temporal"
    chmod +x "$GOBIN/temporal"
    ;;
esac`;

async function failure(search: Promise<unknown>): Promise<MissingPartError> {
  const error = await search.catch((error: unknown) => error);
  if (error instanceof MissingPartError) return error;
  throw new Error(`expected a MissingPartError, got ${String(error)}`);
}

describe('LOOM_TEMPORAL_BIN', () => {
  it('goes before PATH', async () => {
    await machine.add('temporal', fakeTemporal);
    const path = await machine.add('my-temporal', fakeTemporal, 'elsewhere');
    expect(await findTemporal({ env: { ...machine.env, LOOM_TEMPORAL_BIN: path } })).toBe(path);
  });

  it('is an error when nothing is there, whatever else could be had', async () => {
    await machine.add('temporal', fakeTemporal);
    const path = join(machine.root, 'typo');
    const error = await failure(findTemporal({ env: { ...machine.env, LOOM_TEMPORAL_BIN: path } }));
    expect(error.message).toContain(`LOOM_TEMPORAL_BIN=${path}: there is no program at ${path}`);
  });

  it.each([
    ['does not run', 'echo broken >&2; exit 1', '--version` ended with code 1: broken'],
    ['is another program', 'echo "temporary 1"', 'does not look like the Temporal CLI'],
    ['is too old', 'echo "temporal version 0.10 (Server 1.20.2)"', 'carries server 1.20, and Loom needs'],
  ])('is an error when what it names %s', async (_, body, said) => {
    const path = await machine.add('temporal', body, 'elsewhere');
    const error = await failure(findTemporal({ env: { ...machine.env, LOOM_TEMPORAL_BIN: path } }));
    expect(error.message).toContain(said);
  });
});

it('looks at PATH, then the cache, then Go’s folder, and builds only when none has it', async () => {
  await machine.add('go', fakeGo);
  const places = ['path', 'cache/loom/bin', 'home/gopath/bin'];
  const paths: string[] = [];
  for (const place of places) paths.push(await machine.add('temporal', fakeTemporal, place));
  for (const path of paths) {
    expect(await findTemporal(machine)).toBe(path);
    await machine.add('temporal', 'exit 1', path.slice(machine.root.length + 1, -'/temporal'.length));
  }
  const built = await findTemporal(machine);
  expect(built).toBe(paths[1]);
  expect(await readFile(built, 'utf8')).toContain('Server 1.29.1');
});

it('looks into ~/go/bin even without a `go`', async () => {
  const path = await machine.add('temporal', fakeTemporal, 'home/go/bin');
  expect(await findTemporal(machine)).toBe(path);
});

it('passes over one that is too old, and says so', async () => {
  const old = await machine.add('temporal', 'echo "temporal version 0.10 (Server 1.20.2)"');
  const path = await machine.add('temporal', fakeTemporal, 'home/go/bin');
  const said: string[] = [];
  expect(await findTemporal({ ...machine, log: (line) => said.push(line) })).toBe(path);
  expect(said.join()).toContain(`${old} carries server 1.20`);
});

it('builds once for callers that come together, and keeps it for those that come later', async () => {
  await machine.add('go', fakeGo);
  const said: string[] = [];
  const searches = Array.from({ length: 3 }, () =>
    findTemporal({ ...machine, log: (line) => said.push(line) }),
  );
  const path = join(machine.root, 'cache/loom/bin/temporal');
  expect(await Promise.all(searches)).toEqual([path, path, path]);
  expect(await findTemporal(machine)).toBe(path);
  const builds = await readFile(join(machine.root, 'builds'), 'utf8');
  expect(builds).toBe('install -v github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
  expect(said.filter((line) => line.startsWith('building Temporal from source'))).toHaveLength(1);
});

it('clears away what a killed builder left', async () => {
  await machine.add('go', fakeGo);
  await machine.add('temporal', 'half', 'cache/loom/bin/temporal-new-old');
  await findTemporal(machine);
  expect(await readdir(join(machine.root, 'cache/loom/bin'))).toEqual(['temporal']);
});

it('does not build for a caller that would rather not wait', async () => {
  await machine.add('go', fakeGo);
  const error = await failure(findTemporal({ ...machine, mayBuild: false }));
  expect(error.message).toContain('not asked for');
});

it('lists what was tried and what to do when there is none', async () => {
  const error = await failure(findTemporal(machine));
  expect(error.message.replaceAll(machine.root, '~')).toMatchInlineSnapshot(`
    "Temporal CLI with server 1.28 or later was not found. Tried:
      - LOOM_TEMPORAL_BIN: not set
      - PATH: no \`temporal\` there
      - the cache, ~/cache/loom/bin/temporal: no \`temporal\` there
      - ~/home/go/bin: no \`temporal\` there
      - download: switched off by LOOM_TEMPORAL_DOWNLOAD=off
      - building github.com/temporalio/cli/cmd/temporal@v1.5.1: no \`go\` on PATH
    Do one of these and try again:
      - install the Temporal CLI (https://docs.temporal.io/cli/setup-cli) so that \`temporal\` is on PATH
      - set LOOM_TEMPORAL_BIN to the path of a \`temporal\` program
      - install Go and run \`go install github.com/temporalio/cli/cmd/temporal@v1.5.1\`"
  `);
});

it('tells why a build failed', async () => {
  await machine.add('go', 'case "$1" in install) echo "go: no such module" >&2; exit 1;; esac');
  const error = await failure(findTemporal(machine));
  expect(error.tried.at(-1)).toMatch(/^building .*temporal@v1\.5\.1: ended with code 1: go: no such module$/);
});

describe('the download of the SDK', () => {
  it('hands over the program that the SDK keeps in the folder, having started it once', async () => {
    const folder = join(machine.root, 'download');
    await mkdir(folder);
    const kept = join(folder, 'temporal-sdk-typescript-1.24.0');
    await symlink(await findTemporal(), kept);
    const result = await downloadTemporal(folder, process.env, 30_000);
    expect(result).toEqual({ ok: true, path: kept });
  });

  it('is given up at its time limit', async () => {
    const result = await downloadTemporal(machine.root, process.env, 1);
    expect(result).toEqual({ ok: false, reason: 'took longer than 0.001 s' });
  });
});
