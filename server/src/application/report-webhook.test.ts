import { beforeEach, describe, expect, test } from 'vitest';
import {
  createWorld,
  WORKER_APP,
  WORKER_URL,
  type World,
  wordOf,
} from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { dropDeadLetter, listDeadLetters, requeueDeadLetter } from './dead-letters.ts';
import { type ReportWebhookCommand, reportWebhook } from './report-webhook.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.enlist();
});

const webhook = {
  ...{ workerApp: WORKER_APP, instanceId: 'one', source: 'forge', webhookId: 'd-1', why: 'No pull request.' },
  headers: { 'x-github-event': 'pull_request' },
  payload: '{"action":"closed"}',
};
async function report(more: Partial<ReportWebhookCommand> = {}): Promise<string> {
  const reported = await reportWebhook(world)({ ...webhook, ...more });
  return reported.ok ? reported.value.deadLetterId : '';
}
const requeue = (id: string) => requeueDeadLetter(world)({ id, actor: ANN, commandId: 'c' });
const lastEvent = async () => {
  const page = await world.events.list({ limit: 1 });
  return page.kind === 'page' ? page.items[0] : undefined;
};

describe('a webhook that a worker could not use', () => {
  test('is kept once, with what it said and nothing that proves anything', async () => {
    const headers = { ...webhook.headers, 'X-Hub-Signature-256': 'sha256=1', authorization: 'Bearer x' };
    const id = await report({ headers });
    expect(await report({ why: 'Still not.' })).toBe(id);

    expect(await listDeadLetters(world)({ limit: 9, kind: 'webhook' })).toMatchObject({
      value: { total: 1, items: [{ id, kind: 'webhook', workerApp: WORKER_APP, why: 'Still not.' }] },
    });
    expect(await world.deadLetters.get(id)).toMatchObject({
      body: { headers: { 'x-github-event': 'pull_request' }, payload: '{"action":"closed"}' },
    });
    expect(await listDeadLetters(world)({ limit: 9, migrationId: 'm' })).toMatchObject({
      value: { items: [] },
    });
    expect(await world.eventTypes()).toEqual(['webhook.unusable']);
  });

  test('keeps no secret of its first report either', async () => {
    const id = await report({
      headers: { cookie: 'a', 'x-api-key': 'b', 'x-request-token': 'c', accept: 'd' },
    });
    expect(await world.deadLetters.get(id)).toMatchObject({ body: { headers: { accept: 'd' } } });
  });

  test.each([{ instanceId: 'another' }, { workerApp: 'another' }])(
    'is refused of %j, which nobody announced',
    async (more) => {
      expect(wordOf(await reportWebhook(world)({ ...webhook, ...more }))).toBe('unknown-instance');
    },
  );

  test('is handed to a live instance of its app when it is requeued, and is gone then', async () => {
    const id = await report();

    expect(await requeue(id)).toEqual({ ok: true, value: {} });
    const { source, webhookId, headers, payload } = webhook;
    expect(world.dispatcher.webhooks).toEqual([
      { source, webhookId, headers, payload, workerUrl: `${WORKER_URL}/one` },
    ]);
    expect(wordOf(await requeue(id))).toBe('not-found');
    expect(await lastEvent()).toMatchObject({
      ...{ type: 'dead_letter.requeued', actor: ANN },
      data: { deadLetter: id, kind: 'webhook', workerApp: WORKER_APP, webhookId: 'd-1' },
    });
  });

  test('stays while nobody takes it, or it cannot be used still', async () => {
    const id = await report();
    world.dispatcher.webhookAnswer = { kind: 'away' };
    expect(await requeue(id)).toMatchObject({
      problem: { word: 'worker-unavailable', retryAfterSeconds: 10 },
    });
    world.dispatcher.webhookAnswer = { kind: 'refused', why: 'No such repository.' };
    expect(await requeue(id)).toMatchObject({
      problem: { word: 'webhook-unusable', detail: 'No such repository.' },
    });
    await world.directory.withdraw(WORKER_APP, 'one');
    expect(wordOf(await requeue(id))).toBe('worker-unavailable');
    expect(await world.deadLetters.get(id)).toBeDefined();
  });

  test('that was too long to be kept cannot be requeued, and can be dropped', async () => {
    const id = await report({ payload: undefined });
    expect(wordOf(await requeue(id))).toBe('webhook-unusable');
    expect(wordOf(await dropDeadLetter(world)({ id, actor: ANN, commandId: 'c' }))).toBe('ok');
    expect(await lastEvent()).toMatchObject({ type: 'dead_letter.dropped' });
  });
});
