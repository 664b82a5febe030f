import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { anAttemptRef } from '../../../test/contracts/builders.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { createRedisHandovers } from './redis-handovers.ts';

const { redis, newNamespace, close } = openTestRedis();
afterAll(close);

const ATTEMPT = anAttemptRef('c', 'r');
const REPORT = { eventId: 'e 1', status: 'succeeded' };

async function listen() {
  const handovers = createRedisHandovers({ redis, namespace: newNamespace() });
  await expect.poll(() => handovers.listener()).toBeDefined();
  return { handovers, channel: handovers.listener() ?? '' };
}
const tell = (channel: string, runId = 'r') =>
  redis.publish(channel, `${runId} 0:execute:1 ${JSON.stringify(REPORT)}`);

test('what is told on the channel arrives where it is expected, and nowhere else', async () => {
  const { handovers, channel } = await listen();
  const other = handovers.expect({ ...ATTEMPT, runId: 'other' });
  const expected = handovers.expect(ATTEMPT);
  await tell(channel, 'unheard-of');
  await tell(channel);

  expect(await expected.arrival).toEqual(REPORT);
  expect(await Promise.race([other.arrival, Promise.resolve('nothing')])).toBe('nothing');
  handovers.close();
});

test('who expects an attempt a second time hears, though the first one stops', async () => {
  const { handovers, channel } = await listen();
  const first = handovers.expect(ATTEMPT);
  const second = handovers.expect(ATTEMPT);
  first.stop();
  await tell(channel);

  expect(await second.arrival).toEqual(REPORT);
  handovers.close();
});

test('a lost connection is made again, and until then nothing is to be handed over', async () => {
  const name = `handovers-${randomUUID()}`;
  const named = redis.duplicate({ connectionName: name });
  const handovers = createRedisHandovers({ redis: named, namespace: newNamespace() });
  await expect.poll(() => handovers.listener()).toBeDefined();
  const channel = handovers.listener() ?? '';
  const expected = handovers.expect(ATTEMPT);
  const clients = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).split('\n');
  const id = /^id=(\d+)/.exec(clients.find((line) => line.includes(name)) ?? '')?.[1];
  await redis.call('CLIENT', 'KILL', 'ID', id ?? 'none');

  await expect.poll(() => handovers.listener()).toBeUndefined();
  await expect.poll(() => handovers.listener(), { timeout: 5_000 }).toBe(channel);
  await tell(channel);
  expect(await expected.arrival).toEqual(REPORT);
  handovers.close();
  await named.quit();
});

test('a Redis without a listener hears nobody, and closing ends the connection', async () => {
  const { handovers, channel } = await listen();
  expect(await redis.pubsub('NUMSUB', channel)).toEqual([channel, 1]);
  handovers.close();

  await expect.poll(() => redis.pubsub('NUMSUB', channel)).toEqual([channel, 0]);
  await expect.poll(() => handovers.listener()).toBeUndefined();
});
