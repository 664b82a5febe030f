import { createServer } from 'node:net';
import { expect, inject, it, onTestFinished } from 'vitest';
import { getFreePorts } from './free-port.ts';
import { isRedisVersionFit, pingRedis } from './ping-redis.ts';

it('tells who answers', async () => {
  const { version, processId } = await pingRedis(inject('redisUrl'), 3_000);
  expect(isRedisVersionFit(version)).toBe(true);
  expect(processId).toBeGreaterThan(0);
});

it('tells why nobody does', async () => {
  const [port] = await getFreePorts(1);
  await expect(pingRedis(`redis://127.0.0.1:${port}`, 3_000)).rejects.toThrow(/ECONNREFUSED/);
});

it('gives up in time on one that accepts and says nothing', async () => {
  const [port = 0] = await getFreePorts(1);
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await expect(pingRedis(`redis://127.0.0.1:${port}`, 100)).rejects.toThrow('no answer within 0.1 s');
});

it.each([
  ['6.2.14', false],
  ['7.0.15', true],
  ['10.0.0', true],
  ['unknown', false],
])('takes %s for fit: %s', (version, isFit) => {
  expect(isRedisVersionFit(version)).toBe(isFit);
});
