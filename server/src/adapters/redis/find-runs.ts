import type { MigrationStore, RunSearch } from '../../application/ports/migration-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { RedisKeys } from './keys.ts';
import { type Argument, type StoreClient, textOf, textsOf } from './store-client.ts';

const MOST_FOUND = 50;
/** Of one migration; the newest of all are given. */
const MOST_READ = 1_000;

/** Looks through every migration at once, since what is searched for does not say which. */
export function createFindRuns(client: StoreClient, keys: RedisKeys): MigrationStore['findRuns'] {
  return async (by) => {
    const migrations = textsOf(await client.command('SMEMBERS', keys.migrations));
    const found =
      by.kind === 'run' ? migrations.map((migrationId) => ({ migrationId, runId: by.runId })) : [];
    if (by.kind !== 'run') {
      const replies = await client.pipeline(migrations.map((id) => rangeOf(keys, id, by)));
      for (const [index, migrationId] of migrations.entries())
        for (const member of textsOf(replies[index])) {
          const [, host = '', runId = host] = member.split('\0');
          if (by.kind === 'trace' || by.host === undefined || by.host === host)
            found.push({ migrationId, runId });
        }
    }
    const newest = found
      .sort((one, other) => (one.runId < other.runId ? 1 : -1))
      .slice(0, by.kind === 'run' ? found.length : MOST_FOUND);
    const candidates = await client.pipeline(
      newest.map(({ migrationId, runId }) => ['HGET', keys.run(migrationId, runId), 'candidateId']),
    );
    return newest.flatMap((run, index): readonly RunRef[] => {
      const candidateId = textOf(candidates[index]);
      return candidateId === undefined ? [] : [{ ...run, candidateId }];
    });
  };
}

function rangeOf(
  keys: RedisKeys,
  migrationId: string,
  by: Exclude<RunSearch, { readonly kind: 'run' }>,
): readonly [string, ...Argument[]] {
  const [key, name] =
    by.kind === 'trace' ? [keys.traces(migrationId), by.traceId] : [keys.pullRequests(migrationId), by.name];
  return ['ZREVRANGEBYLEX', key, `(${name}\u0001`, `[${name}\0`, 'LIMIT', 0, MOST_READ];
}
