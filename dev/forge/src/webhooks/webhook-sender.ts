import { createHmac, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { DeliveryStore } from '../store/delivery-store.ts';
import type { DeliveryRecord, HookRecord, RepositoryRecord } from '../store/records.ts';
import { post } from './post.ts';

export interface WebhookEvent {
  readonly name: string;
  readonly action: string | null;
  readonly payload: unknown;
}

export interface WebhookSender {
  /** Hands the event to every hook that asked for it; the payload is only made when there is one. */
  emit(
    record: RepositoryRecord,
    name: string,
    action: string | null,
    makePayload: () => Promise<unknown>,
  ): Promise<void>;
  send(record: RepositoryRecord, hook: HookRecord, event: WebhookEvent): void;
  redeliver(record: RepositoryRecord, hook: HookRecord, delivery: DeliveryRecord): void;
  /** Resolves when every delivery so far has been answered or given up. */
  idle(): Promise<void>;
  /** Gives deliveries under way a moment, then cuts them. */
  close(): Promise<void>;
}

export interface WebhookSenderOptions {
  readonly deliveries: DeliveryStore;
  readonly log: Logger;
  /** Signs for hooks that were made without a secret of their own. */
  readonly defaultSecret: string | undefined;
  readonly timeoutMs: number;
  readonly nextId: () => number;
  readonly now: () => Date;
}

const CLOSE_GRACE_MS = 1000;

/** Sends each event once and never again by itself, as GitHub does. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();

  function start(
    record: RepositoryRecord,
    hook: HookRecord,
    event: WebhookEvent,
    guid: string,
    isRedelivery: boolean,
  ): void {
    const delivery = deliver(record, hook, event, guid, isRedelivery)
      .catch((error: unknown) =>
        options.log.error({ err: error, hook: hook.id }, 'webhook delivery was not recorded'),
      )
      .finally(() => underWay.delete(delivery));
    underWay.add(delivery);
  }

  async function deliver(
    record: RepositoryRecord,
    hook: HookRecord,
    event: WebhookEvent,
    guid: string,
    isRedelivery: boolean,
  ): Promise<void> {
    const body = encodeBody(hook, event.payload);
    const headers = {
      accept: '*/*',
      'content-type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'GitHub-Hookshot/loom-forge',
      'x-github-delivery': guid,
      'x-github-event': event.name,
      'x-github-hook-id': String(hook.id),
      'x-github-hook-installation-target-id': String(record.id),
      'x-github-hook-installation-target-type': 'repository',
      ...signatures(hook.secret ?? options.defaultSecret, body),
    };
    const id = options.nextId();
    const deliveredAt = options.now().toISOString();
    const startedAt = performance.now();
    const answer = await post(hook.url, headers, body, options.timeoutMs, stop.signal);
    await options.deliveries.add(record.id, {
      id,
      guid,
      hookId: hook.id,
      event: event.name,
      action: event.action,
      deliveredAt,
      isRedelivery,
      durationMs: Math.round(performance.now() - startedAt),
      statusCode: answer.statusCode,
      status: answer.status,
      request: { headers, payload: event.payload },
      response: { headers: answer.headers, payload: answer.body },
    });
    options.log.debug(
      { hook: hook.id, event: event.name, guid, statusCode: answer.statusCode },
      'webhook delivered',
    );
  }

  return {
    async emit(record, name, action, makePayload) {
      const hooks = record.hooks.filter((hook) => hook.isActive && wants(hook, name));
      if (hooks.length === 0 || stop.signal.aborted) return;
      const event = { name, action, payload: await makePayload() };
      for (const hook of hooks) start(record, hook, event, randomUUID(), false);
    },
    send(record, hook, event) {
      start(record, hook, event, randomUUID(), false);
    },
    redeliver(record, hook, delivery) {
      const event = { name: delivery.event, action: delivery.action, payload: delivery.request.payload };
      start(record, hook, event, delivery.guid, true);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      const cut = setTimeout(() => stop.abort(), CLOSE_GRACE_MS);
      while (underWay.size > 0) await Promise.all(underWay);
      clearTimeout(cut);
      stop.abort();
    },
  };
}

function wants(hook: HookRecord, event: string): boolean {
  return hook.events.includes(event) || hook.events.includes('*');
}

function encodeBody(hook: HookRecord, payload: unknown): string {
  const json = JSON.stringify(payload);
  return hook.contentType === 'json' ? json : new URLSearchParams({ payload: json }).toString();
}

function signatures(secret: string | undefined, body: string): Record<string, string> {
  if (secret === undefined) return {};
  const sign = (algorithm: string) => createHmac(algorithm, secret).update(body).digest('hex');
  return {
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
  };
}
