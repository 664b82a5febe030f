import type {
  AcceptedAttempt,
  InFlightAttempt,
  InFlightQuery,
  WorkerDirectory,
} from '../../application/ports/worker-directory.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { describeAcceptedScript, listAcceptedScript } from './scripts/accepted-attempts.lua.ts';
import { type Argument, type Reply, type Script, textsOf } from './store-client.ts';
import { fromStoredJson } from './stored-json.ts';

/** The keys of all are sorted here, since Redis keeps them in none; only those of the page are read whole. */
export async function listInFlight(
  { workerApp, instanceId, limit, cursor }: InFlightQuery,
  run: (script: Script, ...args: readonly Argument[]) => Promise<Reply>,
): ReturnType<WorkerDirectory['listInFlight']> {
  const filterHash = hashFilter(['in-flight', workerApp, instanceId]);
  const last = cursor === undefined ? undefined : decodeCursor(cursor, filterHash, ['number', 'string']);
  if (cursor !== undefined && last === undefined) return { kind: 'cursor-mismatch' };
  const flat = textsOf(await run(listAcceptedScript, instanceId ?? ''));
  const all: { readonly key: string; readonly at: number }[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    all.push({ key: flat[index] ?? '', at: Number(flat[index + 1]) });
  all.sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
  const [afterAt = -1, afterKey = ''] = (last ?? []) as readonly [number?, string?];
  const rest = all.filter(({ key, at }) => at > afterAt || (at === afterAt && key > afterKey));
  const page = rest.slice(0, limit);
  const found = textsOf(await run(describeAcceptedScript, page.length, ...page.map(({ key }) => key)));
  const items = page.flatMap(({ at }, index): readonly InFlightAttempt[] => {
    const json = found[index] ?? '';
    // It may have ended between the two reads.
    if (json === '') return [];
    return [{ ...fromStoredJson<AcceptedAttempt>(json), since: new Date(at).toISOString() }];
  });
  const end = page.at(-1);
  const hasMore = rest.length > page.length && end !== undefined;
  return {
    kind: 'page',
    items,
    total: all.length,
    ...(hasMore ? { nextCursor: encodeCursor(filterHash, [end.at, end.key]) } : {}),
  };
}
