/**
 * `node server/dist/verify-indexes.js [--repair]`, with the settings of the server: compares the indexes of every
 * migration with what they are made of, and mends them when asked. It may run beside the server. Ends with 1 where
 * something differed and was left as it is.
 */
import { parseArgs } from 'node:util';
import { createRedisConnection } from './adapters/redis/connection.ts';
import { createRedisMigrationStore } from './adapters/redis/redis-migration-store.ts';
import { verifyIndexes } from './adapters/redis/verify-indexes.ts';
import type { MigrationStore } from './application/ports/migration-store.ts';
import { ConfigError, parseConfig } from './config.ts';

const WAIT_MS = 5_000;
/** A thousand rows with all their labels are one script. */
const COMMAND_MS = 60_000;
const PAGE = 200;

async function main(): Promise<void> {
  const { repair } = parseArgs({ options: { repair: { type: 'boolean', default: false } } }).values;
  const { config } = parseConfig(process.env);
  const connection = createRedisConnection({ url: config.redisUrl, commandTimeoutMs: COMMAND_MS });
  const options = { redis: connection.redis, namespace: config.namespace };
  try {
    await connection.whenReady(WAIT_MS);
    for await (const migrationId of idsOf(createRedisMigrationStore(options))) {
      const { rows, findings } = await verifyIndexes(options, migrationId, { repair });
      say(`${migrationId}: ${rows} candidates, ${findings.length} findings`);
      // Ids may hold anything.
      for (const finding of findings) say(`  ${JSON.stringify(finding)}`);
      if (findings.length > 0 && !repair) process.exitCode = 1;
    }
  } finally {
    await connection.close();
  }
}

async function* idsOf(store: Pick<MigrationStore, 'listMigrations'>): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await store.listMigrations({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind !== 'page') throw new Error('The store does not know its own cursor.');
    for (const { id } of page.items) yield id;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
});
