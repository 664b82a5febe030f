import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { isTemporalReady } from './check-temporal.ts';
import { type TemporalDynamicConfig, temporalArguments } from './start-temporal.ts';

const redisImage = 'redis:7-alpine';
const temporalImage = 'temporalio/temporal:latest';

/** A part of the tests that runs in a container, which testcontainers removes when this process is gone. */
export interface ContainerPart {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startRedisContainer(): Promise<ContainerPart> {
  const container = await new GenericContainer(redisImage)
    .withCommand(['redis-server', '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  return part(container, `redis://${container.getHost()}:${container.getMappedPort(6379)}`);
}

export async function startTemporalContainer(dynamicConfig: TemporalDynamicConfig): Promise<ContainerPart> {
  const container = await new GenericContainer(temporalImage)
    .withCommand([...temporalArguments([], dynamicConfig), '--ip', '0.0.0.0', '--port', '7233', '--headless'])
    .withExposedPorts(7233)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(7233)}`;
  const endsAt = performance.now() + 30_000;
  while (!(await isTemporalReady(address, ['default']).catch(() => false))) {
    if (performance.now() < endsAt) continue;
    await container.stop();
    throw new Error(`Temporal in ${temporalImage} was not healthy after 30 s`);
  }
  return part(container, address);
}

function part(container: StartedTestContainer, address: string): ContainerPart {
  return {
    address,
    stop: async () => {
      await container.stop();
    },
  };
}
