import { createHash } from 'node:crypto';
import type { LoggedEvent } from '../../domain/event.ts';
import type { RedisKeys } from './keys.ts';
import { rewriteIdsScript } from './scripts/verify-events.lua.ts';
import { listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';
import { fromStoredJson } from './stored-json.ts';

const EVENTS_AT_ONCE = 1_000;
const INDEXES_AT_ONCE = 200;

/**
 * Compares the indexes of a migration's events, which hold nothing but the ids of a candidate's and of a run's, with the
 * events; gives those that differ, and writes them anew when asked. What comes meanwhile is left out.
 */
export async function verifyEvents(
  client: StoreClient,
  keys: RedisKeys,
  migrationId: string,
  repair: boolean,
): Promise<readonly string[]> {
  const [newest] = idsOf(await client.command('XREVRANGE', keys.events(migrationId), '+', '-', 'COUNT', 1));
  if (newest === undefined) return [];
  const events = { client, keys, migrationId, newest };
  const wanted = new Map<string, string>();
  for await (const { id, indexes } of readEvents(events))
    for (const index of indexes) wanted.set(index, digest(wanted.get(index), id));
  const differing = await findDiffering(client, wanted, newest);
  if (repair && differing.length > 0) await rewrite(events, new Set(differing));
  const prefix = keys.events(migrationId).length - 'events'.length;
  return differing.map((index) => index.slice(prefix));
}

interface Events {
  readonly client: StoreClient;
  readonly keys: RedisKeys;
  readonly migrationId: string;
  /** The id of the last that is looked at. */
  readonly newest: string;
}

async function* readEvents({ client, keys, migrationId, newest }: Events) {
  let from = '-';
  for (;;) {
    const entries = listOf(
      await client.command('XRANGE', keys.events(migrationId), from, newest, 'COUNT', EVENTS_AT_ONCE),
    );
    for (const entry of entries) {
      const [id, fields] = listOf(entry);
      const { candidateId = '', runId = '' } = fromStoredJson<Partial<LoggedEvent>>(
        textsOf(fields)[1] ?? '{}',
      );
      const indexes = [
        ...(candidateId === '' ? [] : [keys.candidateEvents(migrationId, candidateId)]),
        ...(runId === '' ? [] : [keys.runEvents(migrationId, runId)]),
      ];
      yield { id: textOf(id) ?? '', indexes };
    }
    const last = idsOf(entries).at(-1);
    if (last === undefined || entries.length < EVENTS_AT_ONCE) return;
    from = `(${last}`;
  }
}

/** Of ids in their order, so that of millions of events one short text is kept for each index. */
function digest(before: string | undefined, id: string): string {
  return createHash('md5').update(`${before} ${id}`).digest('base64');
}

async function findDiffering(
  client: StoreClient,
  wanted: ReadonlyMap<string, string>,
  newest: string,
): Promise<readonly string[]> {
  const differing: string[] = [];
  const indexes = [...wanted.keys()];
  for (let first = 0; first < indexes.length; first += INDEXES_AT_ONCE) {
    const some = indexes.slice(first, first + INDEXES_AT_ONCE);
    const replies = await client.pipeline(some.map((index) => ['XRANGE', index, '-', newest]));
    for (const [at, index] of some.entries()) {
      const actual = idsOf(replies[at]).reduce<string | undefined>(digest, undefined);
      if (actual !== wanted.get(index)) differing.push(index);
    }
  }
  return differing;
}

async function rewrite(events: Events, differing: ReadonlySet<string>): Promise<void> {
  const idsByIndex = new Map<string, string[]>([...differing].map((index) => [index, []]));
  for await (const { id, indexes } of readEvents(events))
    for (const index of indexes) idsByIndex.get(index)?.push(id);
  for (const [index, ids] of idsByIndex)
    await events.client.run(rewriteIdsScript, [index], [events.newest, ...ids]);
}

function idsOf(reply: Reply | undefined): readonly string[] {
  return listOf(reply).map((entry) => textOf(listOf(entry)[0]) ?? '');
}
