import type { Logger } from 'pino';
import { describeFailure } from './describe-failure.ts';
import type { LoomClient } from './loom-client.ts';
import { pause } from './timing.ts';

/** A webhook as it came, behind its signature. */
export interface Webhook {
  /** The worker's own name of where it takes such webhooks; lower case letters, digits and `-`. */
  readonly source: string;
  /** Of the delivery, as whoever sent it names it. */
  readonly webhookId: string;
  /** None that proves anything, such as a signature. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, as it came. */
  readonly payload: string;
}

/** Thrown by what uses a webhook when it cannot, and would not the next time either; the message is a sentence. */
export class UnusableWebhook extends Error {
  override readonly name = 'UnusableWebhook';
}

/** Takes webhooks so that none is lost: what cannot be used is kept by the server, as a dead letter, for a person. */
export interface WebhookDesk {
  /** Says how webhooks of a source are used, also those that a person has had requeued. It may be called in any order. */
  use(source: string, handle: (webhook: Webhook) => unknown): void;
  /**
   * Uses a webhook that has just come, up to three times unless it throws {@link UnusableWebhook}; then reports it.
   *
   * @returns `reported` when the server keeps it, `lost` when it could not be told either, so that whoever sent it has to
   * send it again.
   */
  take(webhook: Webhook): Promise<'used' | 'reported' | 'lost'>;
}

const triesOfHandler = 3;
const triesOfReport = 3;
/** The contract takes no more; a longer one is reported without. */
const payloadLimit = 131_072;
/** Nor more bytes of it, as JSON, whatever limit of bodies its operator has set. */
const quotedLimit = 256 * 1_024;

export interface WebhookDeskOptions {
  readonly client: Pick<LoomClient, 'reportWebhook'>;
  readonly workerApp: string;
  readonly instanceId: string;
  readonly log: Logger;
  /** Milliseconds before the second try; default 100, and four times that before the third. */
  readonly retryAfterMs?: number;
}

/** What became of a webhook that a person had requeued. */
export type Redelivered =
  | { readonly kind: 'used' | 'unknown' }
  | { readonly kind: 'unusable'; readonly why: string };

function isTooLong(payload: string): boolean {
  return payload.length > payloadLimit || Buffer.byteLength(JSON.stringify(payload)) > quotedLimit;
}

export function createWebhookDesk(options: WebhookDeskOptions): WebhookDesk & {
  redeliver(webhook: Webhook): Promise<Redelivered>;
} {
  const { client, workerApp, instanceId, log, retryAfterMs = 100 } = options;
  const handlers = new Map<string, (webhook: Webhook) => unknown>();

  /** Why it cannot be used; undefined when it was. */
  async function tryToUse(webhook: Webhook): Promise<string | undefined> {
    const handle = handlers.get(webhook.source);
    if (handle === undefined) return `This worker uses no webhooks of "${webhook.source}".`;
    for (let tries = 1; ; tries += 1) {
      try {
        await handle(webhook);
        return undefined;
      } catch (error) {
        if (error instanceof UnusableWebhook) return error.message;
        log.warn({ err: error, webhookId: webhook.webhookId, tries }, 'using a webhook failed');
        if (tries === triesOfHandler)
          return `Using it failed ${tries} times: ${describeFailure(error).message}`;
        await pause(retryAfterMs * 4 ** (tries - 1));
      }
    }
  }

  async function report({ payload, ...webhook }: Webhook, why: string): Promise<boolean> {
    const kept = isTooLong(payload) ? {} : { payload };
    for (let tries = 1; tries <= triesOfReport; tries += 1) {
      const answer = await client.reportWebhook({
        ...{ workerApp, instanceId, ...webhook, ...kept },
        why: why.slice(0, 2_000),
      });
      if (answer.ok) return true;
      log.warn({ reason: answer.reason, webhookId: webhook.webhookId }, 'a webhook could not be reported');
      if (tries < triesOfReport) await pause(retryAfterMs * 4 ** (tries - 1));
    }
    return false;
  }

  return {
    use: (source, handle) => void handlers.set(source, handle),
    async take(webhook) {
      const why = await tryToUse(webhook);
      if (why === undefined) return 'used';
      const isKept = await report(webhook, why);
      if (!isKept) log.error({ webhookId: webhook.webhookId, why }, 'a webhook was not used and is not kept');
      return isKept ? 'reported' : 'lost';
    },
    async redeliver(webhook) {
      if (!handlers.has(webhook.source)) return { kind: 'unknown' };
      const why = await tryToUse(webhook);
      return why === undefined ? { kind: 'used' } : { kind: 'unusable', why };
    },
  };
}
