import type { components } from '@loom/api';
import type { Logger } from 'pino';
import type { StepCatalogue } from './attempts/prepare-work.ts';
import type { ReadBase } from './define-step.ts';

type Schemas = components['schemas'];

/** The ways in which the steps of a migration read where a branch is. */
export function readersOf(catalogue: StepCatalogue, migrationId: string): readonly ReadBase[] {
  const definitions = [...(catalogue.migrations.get(migrationId)?.definitions.values() ?? [])];
  return [...new Set(definitions.flatMap(({ readBase }) => readBase ?? []))];
}

/** Where branches are now. One that nobody can read is left out; it never rejects. */
export async function readBases(
  readers: readonly ReadBase[],
  { bases }: Schemas['BasesRequest'],
  signal: AbortSignal,
  log: Logger,
): Promise<Schemas['BasesResult']> {
  const found = await Promise.all(
    bases.map(async (base) => {
      const commit = await readOne(readers, base, signal, log);
      return commit === undefined ? [] : [{ ...base, commit }];
    }),
  );
  return { bases: found.flat() };
}

/** Steps may work on different forges; the first that knows the repository tells. */
async function readOne(
  readers: readonly ReadBase[],
  base: Schemas['BasesRequest']['bases'][number],
  signal: AbortSignal,
  log: Logger,
): Promise<string | undefined> {
  for (const read of readers) {
    try {
      const commit = await read(base, signal);
      if (commit !== undefined) return commit;
    } catch (err) {
      log.debug({ err, ...base }, 'could not read where a branch is');
    }
  }
  return undefined;
}
