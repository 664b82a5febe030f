import { afterEach, expect, inject, it, onTestFinished, vi } from 'vitest';
import { isTemporalReady } from './check-temporal.ts';
import { getFreePorts } from './free-port.ts';
import { pingRedis } from './ping-redis.ts';
import { setup } from './test-parts.ts';
import { createFakeMachine } from './testing/fake-programs.ts';

afterEach(() => vi.unstubAllEnvs());

function fakeProject() {
  const provided: Record<string, string> = {};
  return {
    provided,
    provide: (key: string, value: string) => {
      provided[key] = value;
    },
  };
}

async function hideEverything() {
  const machine = await createFakeMachine();
  onTestFinished(machine.remove);
  for (const name of ['GOBIN', 'GOPATH', 'LOOM_TEMPORAL_BIN', 'LOOM_REDIS_URL', 'LOOM_TEST_PARTS'])
    vi.stubEnv(name, '');
  for (const name of ['LOOM_TEST_REDIS_URL', 'LOOM_TEST_TEMPORAL_ADDRESS']) vi.stubEnv(name, '');
  for (const [name, value] of Object.entries(machine.env)) vi.stubEnv(name, value);
}

it('gives this run a Redis and a Temporal that answer', async () => {
  await pingRedis(inject('redisUrl'), 3_000);
  expect(await isTemporalReady(inject('temporalAddress'), ['default'])).toBe(true);
});

it('takes the addresses that the environment names, without starting or stopping anything', async () => {
  await hideEverything();
  vi.stubEnv('LOOM_TEST_REDIS_URL', inject('redisUrl'));
  vi.stubEnv('LOOM_TEST_TEMPORAL_ADDRESS', inject('temporalAddress'));
  const project = fakeProject();
  const stop = await setup(project);
  expect(project.provided).toEqual({
    redisUrl: inject('redisUrl'),
    temporalAddress: inject('temporalAddress'),
  });
  await stop();
  await pingRedis(inject('redisUrl'), 3_000);
  expect(await isTemporalReady(inject('temporalAddress'), [])).toBe(true);
});

it('fails when nobody answers at an address that the environment names', async () => {
  const [one, other] = await getFreePorts(2);
  vi.stubEnv('LOOM_TEST_REDIS_URL', `redis://127.0.0.1:${one}`);
  vi.stubEnv('LOOM_TEST_TEMPORAL_ADDRESS', `127.0.0.1:${other}`);
  const error = String(await setup(fakeProject()).catch(String));
  expect(error).toContain('LOOM_TEST_REDIS_URL names a Redis that does not answer');
  expect(error).toContain(`LOOM_TEST_TEMPORAL_ADDRESS=127.0.0.1:${other}: no healthy Temporal`);
});

it('fails and says what is missing when there are no parts', async () => {
  await hideEverything();
  const error = String(await setup(fakeProject()).catch(String));
  expect(error).toContain('These tests need real parts.');
  expect(error).toContain('Redis 7 or later was not found. Tried:');
  expect(error).toContain('was not found. Tried:\n  - LOOM_TEMPORAL_BIN: not set');
});

it('fails when containers are wanted and Docker does not answer', async () => {
  await hideEverything();
  vi.stubEnv('LOOM_TEST_PARTS', 'containers');
  await expect(setup(fakeProject())).rejects.toThrow('Docker was not found. Tried:\n  - no `docker` on PATH');
});
