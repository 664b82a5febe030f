import { randomBytes } from 'node:crypto';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { createStoreClient, textOf } from './store-client.ts';

/** The secret of this namespace, made by whoever asks first: all processes sign alike without one being configured. */
export async function loadOrCreateSecret({
  redis,
  namespace,
}: Pick<RedisAdapterOptions, 'redis' | 'namespace'>): Promise<string> {
  const client = createStoreClient(redis);
  const key = createKeys(namespace).secret;
  await client.command('SET', key, randomBytes(32).toString('hex'), 'NX');
  const secret = textOf(await client.command('GET', key));
  if (secret === undefined) throw new Error('The secret vanished from Redis.');
  return secret;
}
