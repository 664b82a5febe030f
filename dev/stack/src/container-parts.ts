import { setTimeout as delay } from 'node:timers/promises';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { isTemporalReady } from './check-temporal.ts';
import { pingRedis } from './ping-redis.ts';
import { type TemporalDynamicConfig, temporalArguments } from './start-temporal.ts';

/** A part of the tests in a container. */
export interface ContainerPart {
  readonly address: string;
  stop(): Promise<void>;
}

const redisImage = 'redis:7-alpine';
const temporalImage = 'temporalio/temporal:latest';
const readyTimeoutMs = 30_000;

export async function startRedisContainer(): Promise<ContainerPart> {
  const container = await new GenericContainer(redisImage)
    .withEntrypoint(['redis-server'])
    .withCommand([
      '--bind',
      '0.0.0.0',
      '--protected-mode',
      'no',
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
    ])
    .withExposedPorts(6379)
    .start();
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return whenReady(container, url, async () => {
    await pingRedis(url, 1_000);
    return true;
  });
}

export async function startTemporalContainer(dynamicConfig: TemporalDynamicConfig): Promise<ContainerPart> {
  const container = await new GenericContainer(temporalImage)
    .withEntrypoint(['temporal'])
    .withCommand([...temporalArguments([], dynamicConfig), '--ip', '0.0.0.0', '--port', '7233', '--headless'])
    .withExposedPorts(7233)
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(7233)}`;
  return whenReady(container, address, () => isTemporalReady(address, ['default']));
}

async function whenReady(
  container: StartedTestContainer,
  address: string,
  isReady: () => Promise<boolean>,
): Promise<ContainerPart> {
  const stop = async () => {
    await container.stop();
  };
  const endsAt = performance.now() + readyTimeoutMs;
  while (!(await isReady().catch(() => false))) {
    if (performance.now() > endsAt) {
      await stop();
      throw new Error(`${container.getName()} did not answer within ${readyTimeoutMs / 1_000} s`);
    }
    await delay(50);
  }
  return { address, stop };
}
