import type { RunRef } from '../../application/ports/refs.ts';
import type { Manifest } from '../../domain/migration.ts';
import type { RedisKeys } from './keys.ts';
import { type StoreClient, textOf } from './store-client.ts';
import { fromStoredJson } from './stored-json.ts';

/** Manifests of runs, which never change: those used last are kept here, within a bound of memory. */
export interface Manifests {
  get(run: RunRef): Promise<Manifest | undefined>;
  /** After a claim was given back. */
  forget(run: RunRef): void;
}

/** Of JSON text; what it becomes takes a few times as much. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

export function createManifests(
  client: StoreClient,
  keys: RedisKeys,
  keptCharacters = KEPT_CHARACTERS,
): Manifests {
  /** The least recently used first. */
  const kept = new Map<string, { readonly manifest: Manifest; readonly characters: number }>();
  let characters = 0;

  function keep(key: string, entry: { readonly manifest: Manifest; readonly characters: number }): void {
    characters += entry.characters - (kept.get(key)?.characters ?? 0);
    kept.delete(key);
    kept.set(key, entry);
    for (const [oldest, { characters: freed }] of kept) {
      if (characters <= keptCharacters) return;
      kept.delete(oldest);
      characters -= freed;
    }
  }

  return {
    async get(run) {
      const { migrationId, candidateId, runId } = run;
      const key = keyOf(run);
      const known = kept.get(key);
      if (known !== undefined) {
        keep(key, known);
        return known.manifest;
      }
      const [owner, text] = await client.pipeline([
        ['HGET', keys.run(migrationId, runId), 'candidateId'],
        ['GET', keys.manifest(migrationId, runId)],
      ]);
      const json = textOf(text);
      if (owner !== candidateId || json === undefined) return undefined;
      const manifest = fromStoredJson<Manifest>(json);
      keep(key, { manifest, characters: json.length });
      return manifest;
    },

    forget(run) {
      const key = keyOf(run);
      characters -= kept.get(key)?.characters ?? 0;
      kept.delete(key);
    },
  };
}

/** No id has a control character. */
function keyOf({ migrationId, candidateId, runId }: RunRef): string {
  return `${migrationId}\0${candidateId}\0${runId}`;
}
