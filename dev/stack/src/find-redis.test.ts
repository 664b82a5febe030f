import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { findRedis } from './find-redis.ts';
import { getFreePorts } from './free-port.ts';
import { MissingPartError } from './missing-part-error.ts';
import { createFakeMachine, type FakeMachine } from './testing/fake-programs.ts';

let machine: FakeMachine;

beforeEach(async () => {
  machine = await createFakeMachine();
  return machine.remove;
});

const redis7 = 'echo "Redis server v=7.2.4 sha=0:0 malloc=libc bits=64"';
const redis6 = 'echo "Redis server v=6.0.16 sha=0:0 malloc=libc bits=64"';
const valkey8 = 'echo "Valkey server v=8.0.1 sha=0:0 malloc=libc bits=64"';
const rootInstalls = { mayInstall: true } as const;
const nobodyInstalls = { mayInstall: false } as const;

/** A docker whose engine answers, with the images of the file `images`, and which can pull when `pullable` is there. */
const fakeDocker = `
case "$1" in
  version) echo 27.0.1 ;;
  image) while read -r line; do echo "$line"; done <"$FAKE_ROOT/images" ;;
  pull) [ -e "$FAKE_ROOT/pullable" ] || { echo "no route to host" >&2; exit 1; } ;;
esac`;

async function failure(search: Promise<unknown>): Promise<MissingPartError> {
  const error = await search.catch((error: unknown) => error);
  if (error instanceof MissingPartError) return error;
  throw new Error(`expected a MissingPartError, got ${String(error)}`);
}

describe('LOOM_REDIS_URL', () => {
  it('goes before everything when a Redis 7 answers there', async () => {
    await machine.add('redis-server', redis7);
    const url = inject('redisUrl');
    const source = await findRedis({ env: { ...machine.env, LOOM_REDIS_URL: url } });
    expect(source).toEqual({ kind: 'url', url, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it('is an error when nothing answers, without telling the password', async () => {
    await machine.add('redis-server', redis7);
    const [port] = await getFreePorts(1);
    const url = `redis://me:secret@127.0.0.1:${port}`;
    const error = await failure(findRedis({ env: { ...machine.env, LOOM_REDIS_URL: url } }));
    expect(error.message).toContain(`LOOM_REDIS_URL=redis://***@127.0.0.1:${port}: connect ECONNREFUSED`);
    expect(error.message).not.toContain('secret');
  });
});

describe('PATH', () => {
  it('gives redis-server before valkey-server', async () => {
    await machine.add('valkey-server', valkey8);
    expect(await findRedis(machine)).toMatchObject({ kind: 'binary', version: '8.0.1' });
    const path = await machine.add('redis-server', redis7);
    expect(await findRedis(machine)).toEqual({ kind: 'binary', path, version: '7.2.4' });
  });

  it('gives valkey-server where redis-server is too old', async () => {
    await machine.add('redis-server', redis6);
    const path = await machine.add('valkey-server', valkey8);
    expect(await findRedis(machine)).toEqual({ kind: 'binary', path, version: '8.0.1' });
  });
});

describe('Docker', () => {
  it.each(['redis:7.4-alpine', 'redis:8', 'valkey/valkey:8.1', 'redis:7'])(
    'gives a local %s',
    async (image) => {
      const docker = await machine.add('docker', fakeDocker);
      await writeFile(join(machine.root, 'images'), `postgres:16\nredis:6.2\nredis:latest\n${image}\n`);
      expect(await findRedis(machine)).toEqual({ kind: 'docker', docker, image });
    },
  );

  it('pulls an image only where nothing can be installed', async () => {
    const docker = await machine.add('docker', fakeDocker);
    await writeFile(join(machine.root, 'images'), 'redis:6.2\n');
    await writeFile(join(machine.root, 'pullable'), '');
    const source = await findRedis({ ...machine, ...nobodyInstalls });
    expect(source).toEqual({ kind: 'docker', docker, image: 'redis:7-alpine' });
  });
});

describe('the package manager', () => {
  /** Installs a redis-server of the version in the file `installs`, and notes how it was called. */
  const installer = `
echo "$0 $* $DEBIAN_FRONTEND" >>"$FAKE_ROOT/calls"
[ "$1" = update ] || /bin/ln -s "$FAKE_ROOT/stock/redis-server" "$FAKE_ROOT/path/redis-server"`;

  it.each([
    ['apt-get', ['installing Redis: apt-get update -q', expect.stringContaining('apt-get install -y -q')]],
    ['dnf', ['installing Redis: dnf install -y redis']],
    ['apk', ['installing Redis: apk add --no-cache redis']],
    ['brew', ['installing Redis: brew install redis']],
  ])('installs it with %s, and says so', async (manager, said) => {
    await machine.add('redis-server', redis7, 'stock');
    await machine.add(manager, installer);
    const log: string[] = [];
    const source = await findRedis({ ...machine, ...rootInstalls, log: (line) => log.push(line) });
    const path = join(machine.root, 'path/redis-server');
    expect(source).toEqual({ kind: 'binary', path, version: '7.2.4' });
    expect(log).toEqual(said);
  });

  it('is no help when it installs an old one', async () => {
    await machine.add('redis-server', redis6, 'stock');
    await machine.add('apt-get', installer);
    const error = await failure(findRedis({ ...machine, ...rootInstalls }));
    expect(error.message).toContain('is version 6.0.16, and Loom needs 7 or later');
  });

  it('tells why it failed', async () => {
    await machine.add('apk', 'echo "unable to select packages" >&2; exit 1');
    const error = await failure(findRedis({ ...machine, ...rootInstalls }));
    expect(error.tried).toContain('apk add --no-cache redis ended with code 1: unable to select packages');
  });

  it('is not touched without being root; the message says the exact command', async () => {
    await machine.add('apt-get', installer);
    const error = await failure(findRedis({ ...machine, ...nobodyInstalls }));
    expect(error.message.replaceAll(machine.root, '~')).toMatchInlineSnapshot(`
      "Redis 7 or later was not found. Tried:
        - LOOM_REDIS_URL: not set
        - PATH: no \`redis-server\` there
        - PATH: no \`valkey-server\` there
        - Docker: no \`docker\` on PATH
        - apt-get: needs root
      Do one of these and try again:
        - sudo apt-get update -q && sudo apt-get install -y -q --no-install-recommends redis-server
        - set LOOM_REDIS_URL to a Redis that runs, for example redis://127.0.0.1:6379
        - start Docker and run \`docker pull redis:7-alpine\`"
    `);
  });
});

it('lists what was tried and what to do when there is none', async () => {
  await machine.add('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  const error = await failure(findRedis(machine));
  expect(error.message.replaceAll(machine.root, '~')).toMatchInlineSnapshot(`
    "Redis 7 or later was not found. Tried:
      - LOOM_REDIS_URL: not set
      - PATH: no \`redis-server\` there
      - PATH: no \`valkey-server\` there
      - Docker: no engine answers: ended with code 1: Cannot connect to the Docker daemon
      - package manager: none of apt-get, dnf, apk, brew is here
    Do one of these and try again:
      - set LOOM_REDIS_URL to a Redis that runs, for example redis://127.0.0.1:6379
      - start Docker and run \`docker pull redis:7-alpine\`"
  `);
});
