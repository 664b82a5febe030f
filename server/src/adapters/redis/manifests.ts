import type { RunRef } from '../../application/ports/refs.ts';
import type { Manifest } from '../../domain/migration.ts';
import { createKeptValues } from './kept-values.ts';
import type { RedisKeys } from './keys.ts';
import { type StoreClient, textOf } from './store-client.ts';
import { fromStoredJson } from './stored-json.ts';

/** Manifests of runs, which never change: those used last are kept here, within a bound of memory. */
export interface Manifests {
  get(run: RunRef): Promise<Manifest | undefined>;
  /** After a claim was given back. */
  forget(run: RunRef): void;
}

interface Entry {
  readonly manifest: Manifest;
  readonly characters: number;
}

/** Of JSON text; what it becomes takes a few times as much. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

export function createManifests(
  client: StoreClient,
  keys: RedisKeys,
  keptCharacters = KEPT_CHARACTERS,
): Manifests {
  const kept = createKeptValues<Entry>(keptCharacters, ({ characters }) => characters);

  return {
    async get(run) {
      const { migrationId, candidateId, runId } = run;
      const key = keyOf(run);
      const known = kept.peek(key);
      if (known !== undefined) {
        kept.keep(key, known);
        return known.manifest;
      }
      const [owner, text] = await client.pipeline([
        ['HGET', keys.run(migrationId, runId), 'candidateId'],
        ['GET', keys.manifest(migrationId, runId)],
      ]);
      const json = textOf(text);
      if (owner !== candidateId || json === undefined) return undefined;
      const manifest = fromStoredJson<Manifest>(json);
      kept.keep(key, { manifest, characters: json.length });
      return manifest;
    },

    forget: (run) => kept.forget(keyOf(run)),
  };
}

/** No id has a control character. */
function keyOf({ migrationId, candidateId, runId }: RunRef): string {
  return `${migrationId}\0${candidateId}\0${runId}`;
}
