import { searchTextOf, unpackLabels } from './candidate-fields.ts';
import { indexLabelKeys } from './definitions.ts';
import { createKeys } from './keys.ts';
import type { RedisAdapterOptions } from './redis-adapter-options.ts';
import { reopenLabelsScript, verifyMembersScript } from './scripts/verify-members.lua.ts';
import { replaceTextScript, verifyRowsScript } from './scripts/verify-rows.lua.ts';
import { createStoreClient, listOf, textOf, textsOf } from './store-client.ts';
import { verifyEvents } from './verify-events.ts';
import { verifyFailures, verifyRunNames } from './verify-runs.ts';

export interface IndexReport {
  readonly rows: number;
  /** The indexes that differ from the rows, each as its key within the migration and the row. */
  readonly findings: readonly string[];
}

const ROWS_PER_BLOCK = 1_000;
/** Fewer, since each may have many runs with many attempts. */
const ROWS_WITH_RUNS = 50;

/**
 * Compares every index of a migration with its candidates' hashes, which are the truth, and mends it when asked. It may
 * run beside everything else: each piece of 1,000 rows is one script. What runs are found by, and the failures that they
 * wait with, are compared with their runs, and the ids of events of a candidate and of a run with the events. Of the
 * counts over time only the newest can be known, so the older ones are left as they are. Mending also gives label keys that had too many
 * values their index back, when they no longer have.
 */
export async function verifyIndexes(
  { redis, namespace }: Pick<RedisAdapterOptions, 'redis' | 'namespace'>,
  migrationId: string,
  { repair }: { readonly repair: boolean },
): Promise<IndexReport> {
  const client = createStoreClient(redis);
  const keys = createKeys(namespace);
  const key = [keys.definition(migrationId)];
  const mends = repair ? 1 : 0;
  const rows = Number(textOf(await client.command('HGET', keys.definition(migrationId), 'nextOrd')) ?? 0);
  const findings: string[] = [];
  for (let block = 0; block * ROWS_PER_BLOCK < rows; block += 1) {
    for (let isSettled = false; !isSettled; ) {
      const [differing, text, ...found] = listOf(await client.run(verifyRowsScript, key, [block, mends]));
      findings.push(...textsOf(differing));
      const [was, wanted] = [textOf(text) ?? '', toTextBlock(textsOf(found))];
      if (was !== wanted) findings.push(`q:${block}`);
      // Where a submission changed the text in between, the block is read again.
      isSettled =
        was === wanted || !repair || (await client.run(replaceTextScript, key, [block, was, wanted])) === 1;
    }
  }
  for (let first = 0; first < rows; first += ROWS_WITH_RUNS) {
    const range = { first, count: ROWS_WITH_RUNS };
    findings.push(...(await verifyFailures(client, keys.definition(migrationId), range, repair)));
    findings.push(...(await verifyRunNames(client, keys.definition(migrationId), range, repair)));
  }
  const areRowsRight = repair || findings.length === 0;
  findings.push(...textsOf(await client.run(verifyMembersScript, key, [mends, areRowsRight ? 1 : 0])));
  findings.push(...(await verifyEvents(client, keys, migrationId, repair)));
  if (repair) {
    const reopened = textsOf(await client.run(reopenLabelsScript, key, []));
    if (reopened.length > 0) await indexLabelKeys(client, keys, migrationId, reopened);
  }
  return { rows, findings };
}

/** As the submission writes it: text, \1, the place in the block as three control characters, newline. */
function toTextBlock(found: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 2 < found.length; index += 3) {
    const [ord = '', id = '', labels = ''] = found.slice(index, index + 3);
    const place = Number(ord) % ROWS_PER_BLOCK;
    const digits = [place >> 8, (place >> 4) & 15, place & 15].map((digit) => digit + 16);
    text += `${searchTextOf({ id, labels: unpackLabels(labels) })}\u0001${String.fromCharCode(...digits)}\n`;
  }
  return text;
}
