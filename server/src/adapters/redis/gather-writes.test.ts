import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createStoreClient, defineScript } from './store-client.ts';

test('commands of one turn of the event loop leave in one write', async () => {
  // Says OK to whatever comes, once for each command.
  const chunks: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      chunks.push(text);
      socket.write('+OK\r\n'.repeat(text.split(/^\*/m).length - 1));
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const redis = new Redis((server.address() as AddressInfo).port, '127.0.0.1', {
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  try {
    await redis.ping();
    chunks.length = 0;
    const [client, other] = [createStoreClient(redis), createStoreClient(redis)];
    const script = defineScript('any', 'return 1');
    const answers = await Promise.all([
      client.run(script, ['key'], ['first']),
      Promise.resolve().then(() => other.command('GET', 'second')),
      client.pipeline([
        ['GET', 'third'],
        ['GET', 'fourth'],
      ]),
    ]);
    expect(answers).toEqual(['OK', 'OK', ['OK', 'OK']]);
    expect(chunks).toHaveLength(1);
    expect(await client.command('GET', 'fifth')).toBe('OK');
    expect(chunks).toHaveLength(2);
  } finally {
    redis.disconnect();
    server.close();
  }
});
