import type { LabelValues } from '../../application/ports/candidate-pages.ts';
import { compareLabelValues } from '../../domain/compare-label-values.ts';
import type { RedisKeys } from './keys.ts';
import { labelValuesScript } from './scripts/label-values.lua.ts';
import { listOf, type StoreClient, textOf, textsOf } from './store-client.ts';

/** Counted by the bitmaps that a filter uses, so that they tell what it would find. */
export async function listLabelValues(
  client: StoreClient,
  keys: RedisKeys,
  migrationId: string,
): Promise<readonly LabelValues[] | undefined> {
  const reply = await client.run(labelValuesScript, [keys.definition(migrationId)], []);
  if (reply === null) return undefined;
  const rows = listOf(reply);
  const labels: LabelValues[] = [];
  for (let index = 0; index + 2 < rows.length; index += 3) {
    const flat = textsOf(rows[index + 2]);
    const values = Array.from({ length: flat.length / 2 }, (_, at) => ({
      value: JSON.parse(flat[2 * at] ?? '') as string,
      count: Number(flat[2 * at + 1]),
    }));
    labels.push({
      key: JSON.parse(textOf(rows[index]) ?? '') as string,
      isFilterable: textOf(rows[index + 1]) === 'ready',
      values: values.sort(compareLabelValues),
    });
  }
  return labels.sort((one, other) => (one.key < other.key ? -1 : 1));
}
