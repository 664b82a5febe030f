/**
 * Writes the histories that `replay.test.ts` replays. Run it when a release changes the workflow, and keep what is
 * there: `npx vitest run --config server/test/replay/record.config.ts`. It never writes over a history.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, beforeEach, test } from 'vitest';
import { type EngineHarness, startEngineHarness } from '../workflows/engine-harness.ts';
import { SCENARIOS } from './scenarios.ts';

/** Of the shape of the workflow: the release from which on these histories are. */
const SHAPE = 'v7';
const folder = new URL('histories/', import.meta.url);

let loom: EngineHarness;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  loom = await startEngineHarness();
});
afterAll(() => loom.close());
beforeEach(() => {
  loom.dispatcher.script = () => ({ kind: 'accepted' });
});

test.each(Object.entries(SCENARIOS))('%s', async (name, play) => {
  const run = await play(loom);
  const histories = await loom.historiesOf(run);
  for (const [index, history] of histories.entries()) {
    const part = histories.length === 1 ? '' : `-${index + 1}`;
    const json = JSON.stringify(JSON.parse(historyToJSON(history), withoutThisMachine), null, 1);
    await writeFile(new URL(`${SHAPE}-${name}${part}.json`, folder), `${json}\n`, { flag: 'wx' });
  }
});

/** Stack traces name folders, identities and sticky queues the host. */
function withoutThisMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return undefined;
  if (key === 'identity') return 'recorder';
  return key === 'name' && typeof value === 'string' && value.includes('@') ? 'recorder-sticky' : value;
}
