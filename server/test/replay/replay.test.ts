import { readdir, readFile } from 'node:fs/promises';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { loadTestBundle } from '../workflows/workflow-bundle.ts';
import { SCENARIOS } from './scenarios.ts';

Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });

const root = new URL('histories/', import.meta.url);
const files = (await readdir(root)).filter((name) => name.endsWith('.json')).sort();

async function load(file: string): Promise<{ events: Record<string, unknown>[] }> {
  return JSON.parse(await readFile(new URL(file, root), 'utf8')) as { events: Record<string, unknown>[] };
}

/** What the bundle of today makes of a history, or undefined where it does just the same. */
async function replay(history: unknown): Promise<Error | undefined> {
  const options = { workflowBundle: await loadTestBundle() };
  const results = Worker.runReplayHistories(options, [{ workflowId: 'charts__org/web', history }]);
  for await (const { error } of results) return error;
  throw new Error('Nothing was replayed.');
}

describe('promise 7: a run that is open over a deploy goes on', () => {
  test.each(files)('as the recorded history %s shows', async (file) => {
    expect(await replay(await load(file))).toBeUndefined();
  });
});

test('there is a history of every shape of a run', () => {
  const missing = Object.keys(SCENARIOS).filter((name) => !files.some((file) => file.includes(`-${name}`)));

  expect(missing).toEqual([]);
});

test('a workflow that decides differently is found', async () => {
  const history = await load(files.find((file) => file.includes('steps-and-callbacks')) ?? '');
  const events = history.events.filter((event) => event['timerStartedEventAttributes'] === undefined);

  expect(events.length).toBeLessThan(history.events.length);
  expect(
    await replay({ events: events.map((event, index) => ({ ...event, eventId: String(index + 1) })) }),
  ).toBeInstanceOf(Error);
});
