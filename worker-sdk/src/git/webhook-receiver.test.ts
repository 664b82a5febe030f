import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  defineMigration,
  defineStep,
  merged,
  pending,
  UnusableWebhook,
  type Webhook,
  type WebhookDesk,
} from '@loom/worker-sdk';
import { type PullRequestEvent, waitsFor, webhookReceiver } from '@loom/worker-sdk/git';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ForgeWorld, openForgeWorld } from '../test-support/forge-world.ts';
import { post, startTestWorker } from '../test-support/start-test-worker.ts';
import { until } from '../test-support/until.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 90_000 });

const secret = 'shared-with-the-forge';
let server: Server;
let url: string;
let events: PullRequestEvent[] = [];

beforeAll(async () => {
  const app = express();
  app.use('/webhooks/forge', webhookReceiver({ secret, onPullRequest: (event) => events.push(event) }));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/forge`;
});
beforeEach(() => {
  events = [];
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const payload = JSON.stringify({
  action: 'closed',
  repository: { full_name: 'acme/billing' },
  pull_request: { number: 42, merged: true, head: { ref: 'loom/x' } },
});

function sign(body: string, key = secret): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
}

function deliver(body: string, headers: Record<string, string>) {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

describe('a receiver of webhooks', () => {
  it('tells what happened to a pull request', async () => {
    const answer = await deliver(payload, {
      'x-github-event': 'pull_request',
      'x-hub-signature-256': sign(payload),
    });
    expect([answer.status, await answer.json()]).toEqual([202, { result: 'accepted' }]);
    expect(events).toEqual([
      {
        ...{ repository: 'acme/billing', number: 42, action: 'closed', branch: 'loom/x', isMerged: true },
        received: {
          ...{ kind: 'webhook.received', at: expect.any(String), durationMs: 0, result: 'ok' },
          ...{ repository: 'acme/billing', branch: 'loom/x' },
          message: expect.stringMatching(
            /^pull_request closed \(merged\): acme\/billing#42, delivery [0-9a-f]{64}; it is looked at now$/,
          ),
        },
      },
    ]);
  });

  it.each([
    ['no signature', {}],
    ['a signature by another secret', { 'x-hub-signature-256': sign(payload, 'guess') }],
    ['the signature of another body', { 'x-hub-signature-256': sign(`${payload} `) }],
    ['something that is no signature', { 'x-hub-signature-256': 'sha256=zz' }],
    ['an empty signature', { 'x-hub-signature-256': '' }],
  ])('refuses %s', async (_case, headers) => {
    const answer = await deliver(payload, { 'x-github-event': 'pull_request', ...headers });
    expect(answer.status).toBe(401);
    expect(events).toEqual([]);
  });

  it.each([
    ['another event', payload, 'push'],
    ['a payload of another shape', '{"action":"closed"}', 'pull_request'],
    ['a body that is no JSON', 'not json', 'pull_request'],
  ])('ignores %s that is signed rightly', async (_case, body, event) => {
    const answer = await deliver(body, { 'x-github-event': event, 'x-hub-signature-256': sign(body) });
    expect([answer.status, await answer.json()]).toEqual([202, { result: 'ignored' }]);
    expect(events).toEqual([]);
  });

  describe('with a desk', () => {
    const taken: Webhook[] = [];
    let answer: 'used' | 'reported' | 'lost' = 'used';
    let use: ((webhook: Webhook) => unknown) | undefined;
    const desk: WebhookDesk = {
      use: (source, handle) => {
        expect(source).toBe('forge');
        use = handle;
      },
      take: async (webhook) => {
        taken.push(webhook);
        return answer;
      },
    };
    let own: Server;
    let ownUrl: string;
    beforeAll(async () => {
      const app = express();
      app.use('/', webhookReceiver({ secret, onPullRequest: (event) => events.push(event), desk }));
      own = createServer(app);
      await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
      ownUrl = `http://127.0.0.1:${(own.address() as AddressInfo).port}/`;
    });
    afterAll(() => new Promise((resolve) => own.close(resolve)));
    const send = (body: string, headers: Record<string, string> = {}) =>
      fetch(ownUrl, {
        method: 'POST',
        body,
        headers: { 'x-github-event': 'pull_request', 'x-hub-signature-256': sign(body), ...headers },
      });

    it.each([
      ['used', 202, 'accepted'],
      ['reported', 202, 'reported'],
      ['lost', 503, 'lost'],
    ] as const)('answers what became of it: %s', async (became, status, result) => {
      answer = became;
      const got = await send(payload, { 'x-github-delivery': 'd-1' });
      expect([got.status, await got.json()]).toEqual([status, { result }]);
      const { headers, ...rest } = taken.at(-1) ?? {};
      expect(rest).toEqual({ source: 'forge', webhookId: 'd-1', payload });
      expect(Object.keys(headers ?? {})).not.toContain('x-hub-signature-256');
      expect(headers).toMatchObject({ 'x-github-event': 'pull_request' });
    });

    it('tells it by its content where the forge does not number deliveries, and leaves other events out', async () => {
      taken.length = 0;
      answer = 'used';
      await send(payload);
      await send(payload, { 'x-github-event': 'push' });
      expect(taken.map(({ webhookId }) => webhookId)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    });

    it('uses what is handed back, unless it is of another shape', async () => {
      const webhook = { source: 'forge', webhookId: 'd-1', headers: {} };
      await use?.({ ...webhook, payload });
      expect(events).toMatchObject([{ number: 42, action: 'closed' }]);
      await expect(use?.({ ...webhook, payload: '{}' })).rejects.toThrow(UnusableWebhook);
    });
  });

  it('refuses five hundred altered bodies', { timeout: 60_000 }, async () => {
    const signature = sign(payload);
    const statuses = new Set<number>();
    for (let at = 0; at < 500; at += 50) {
      const batch = Array.from({ length: 50 }, (_, more) => {
        const place = (at + more) % payload.length;
        const altered = `${payload.slice(0, place)}${String.fromCharCode(33 + ((at + more) % 90))}x${payload.slice(place)}`;
        return deliver(altered, { 'x-github-event': 'pull_request', 'x-hub-signature-256': signature });
      });
      for (const answer of await Promise.all(batch)) statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([401]);
    expect(events).toEqual([]);
  });

  it('is seen on the attempt whose pull request it concerns, with its next callback', async () => {
    const stateOf = (number: number) => ({
      repository: 'Acme/Billing',
      number,
      branch: 'loom/x',
      outputs: {},
    });
    const change = defineStep({
      type: 'change',
      run: async ({ candidate }) => pending('Waits for the merge.', stateOf(Number(candidate.id))),
      poll: async () => merged(),
    });
    const { worker, server: loom } = await startTestWorker({
      migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'change', use: change }] })],
      pollEveryMs: 3_600_000,
      routes: (router, { wake, webhooks }) =>
        router.use(
          '/webhooks/forge',
          webhookReceiver({
            secret,
            desk: webhooks,
            onPullRequest: (event) => wake(({ state }) => waitsFor(state, event), event.received),
          }),
        ),
    });
    const [concerned, other] = ['42', '43'].map((id) =>
      loom.dispatchOf({
        stepName: 'change',
        candidate: { id, kind: 'name', labels: {}, metadata: {}, files: [] },
      }),
    );
    if (concerned === undefined || other === undefined) throw new Error('two were made');
    for (const dispatch of [concerned, other]) await post(`${worker.url}/dispatch-step`, dispatch);
    await until(() => expect(loom.callbacks).toHaveLength(2));
    const answer = await fetch(`${worker.url}/webhooks/forge`, {
      method: 'POST',
      body: payload,
      headers: {
        'x-github-event': 'pull_request',
        'x-github-delivery': 'd-9',
        'x-hub-signature-256': sign(payload),
      },
    });
    expect(await answer.json()).toEqual({ result: 'accepted' });
    const result = await loom.waitForResult(concerned);
    expect([result.status, result.operations]).toEqual([
      'merged',
      [
        expect.objectContaining({
          ...{ kind: 'webhook.received', result: 'ok', repository: 'acme/billing', branch: 'loom/x' },
          message: 'pull_request closed (merged): acme/billing#42, delivery d-9; it is looked at now',
        }),
      ],
    ]);
    expect(loom.callbacksOf(other)).toHaveLength(1);
    expect(loom.breaches).toEqual([]);
  });

  describe('of a real forge', () => {
    let world: ForgeWorld;
    beforeAll(async () => {
      world = await openForgeWorld();
    });
    afterAll(() => world.close());

    it('hears of a merge', async () => {
      const { octokit } = world.client;
      const at = { owner: 'acme', repo: 'hooked' };
      await world.seed('acme/hooked', [{ message: 'Start', files: { a: 'a\n' } }]);
      await world.seed('acme/hooked', [{ message: 'Change', files: { b: 'b\n' } }], 'topic');
      await octokit.repos.createWebhook({
        ...at,
        events: ['pull_request'],
        config: { url, secret, content_type: 'json' },
      });
      const { data } = await octokit.pulls.create({ ...at, head: 'topic', base: 'main', title: 't' });
      await octokit.pulls.merge({ ...at, pull_number: data.number });
      await world.forge.webhooksIdle();
      expect(events).toContainEqual({
        repository: 'acme/hooked',
        number: data.number,
        action: 'closed',
        branch: 'topic',
        isMerged: true,
        received: expect.objectContaining({ kind: 'webhook.received', url: data.html_url }),
      });
    });
  });
});

describe('waiting for a pull request', () => {
  const state = { repository: 'Acme/Billing', number: 42, branch: 'loom/x', outputs: {} };
  it('is told by the state of a pending attempt', () => {
    expect(waitsFor(state, { repository: 'acme/billing', number: 42 })).toBe(true);
    expect(waitsFor(state, { repository: 'acme/billing', number: 43 })).toBe(false);
    expect(waitsFor({ anything: 1 }, { repository: 'acme/billing', number: 42 })).toBe(false);
  });
});
