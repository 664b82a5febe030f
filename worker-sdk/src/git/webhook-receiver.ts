import { createHash } from 'node:crypto';
import { Webhooks } from '@octokit/webhooks';
import express, { type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { JsonObject, Operation } from '../step-context.ts';
import { UnusableWebhook, type Webhook, type WebhookDesk } from '../webhook-desk.ts';
import { pullRequestState } from './pull-request-outcome.ts';

/** What a forge told about a pull request. */
export interface PullRequestEvent {
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  /** Such as `closed`, `reopened`, `synchronize`. */
  readonly action: string;
  readonly branch: string;
  readonly isMerged: boolean;
  /** That the webhook came, to be recorded with the attempts that it wakes: `worker.wake(predicate, event.received)`. */
  readonly received: Operation;
}

/** What {@link webhookReceiver} takes. */
export interface WebhookReceiverOptions {
  /** Shared with the forge; a delivery that is not signed with it is refused. */
  readonly secret: string;
  /** Called for each event of a pull request; the same event may come twice, in any order. */
  readonly onPullRequest: (event: PullRequestEvent) => unknown;
  /**
   * Keeps what cannot be used as a dead letter of the server, and hands back what a person has had requeued: `webhooks` of
   * a worker. Without it, what cannot be used is answered `ignored`, or `503` where `onPullRequest` failed.
   */
  readonly desk?: WebhookDesk;
  /** The worker's name of where these webhooks come from; default `forge`. */
  readonly source?: string;
  readonly log?: Logger;
}

const payloadSchema = z.object({
  action: z.string(),
  repository: z.object({ full_name: z.string() }),
  pull_request: z.object({
    number: z.number(),
    html_url: z.string().nullish(),
    merged: z.boolean().nullish(),
    head: z.object({ ref: z.string() }),
  }),
});

/** GitHub caps a payload at 25 MB. */
const payloadLimit = '25mb';

type PullRequestPayload = z.infer<typeof payloadSchema>;

function parsePayload(body: string): PullRequestPayload | undefined {
  try {
    return payloadSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function receivedOperation(
  { webhookId }: Webhook,
  { action, repository: { full_name: repository }, pull_request: pull }: PullRequestPayload,
): Operation {
  const what = pull.merged === true ? `${action} (merged)` : action;
  return {
    kind: 'webhook.received',
    at: new Date().toISOString(),
    durationMs: 0,
    result: 'ok',
    repository,
    branch: pull.head.ref,
    ...(typeof pull.html_url === 'string' ? { url: pull.html_url } : {}),
    message: `pull_request ${what}: ${repository}#${pull.number}, delivery ${webhookId}; it is looked at now`,
  };
}

/** All that tells of the delivery, and nothing that proves anything. */
const keptHeaders = ['x-github-event', 'x-github-hook-id', 'content-type', 'user-agent'] as const;

/**
 * Takes a forge's webhook deliveries: `app.use('/webhooks/forge', webhookReceiver(...))`, before any body parser, since
 * the signature is that of the raw body. Answers `401` for a wrong signature and `202` otherwise, once `onPullRequest` has
 * returned; a forge waits 10 s for that and does not deliver again. Events of pull requests that nobody waits for are
 * used: every one of a repository comes here.
 */
export function webhookReceiver(options: WebhookReceiverOptions): Router {
  const { secret, onPullRequest, desk, source = 'forge', log } = options;
  const webhooks = new Webhooks({ secret });
  const use = async (webhook: Webhook): Promise<void> => {
    const payload = parsePayload(webhook.payload);
    if (payload === undefined) throw new UnusableWebhook('The payload is not one of a pull request.');
    const { action, repository, pull_request: pull } = payload;
    await onPullRequest({
      repository: repository.full_name,
      number: pull.number,
      action,
      branch: pull.head.ref,
      isMerged: pull.merged === true,
      received: receivedOperation(webhook, payload),
    });
  };
  desk?.use(source, use);
  const take = (webhook: Webhook) => (desk === undefined ? useOnce(use, webhook) : desk.take(webhook));

  const receive: RequestHandler = async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const signature = request.get('x-hub-signature-256') ?? '';
    const isGenuine = signature !== '' && body !== '' && (await webhooks.verify(body, signature));
    const webhookId = request.get('x-github-delivery');
    if (!isGenuine) {
      log?.warn({ delivery: webhookId }, 'webhook with a wrong signature refused');
      response.status(401).json({ message: 'The signature in X-Hub-Signature-256 is missing or wrong' });
      return;
    }
    if (request.get('x-github-event') !== 'pull_request') {
      response.status(202).json({ result: 'ignored' });
      return;
    }
    const headers = keptHeaders.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value.slice(0, 1_000)] as const];
    });
    const taken = await take({
      source,
      webhookId: webhookId?.slice(0, 255) ?? createHash('sha256').update(body).digest('hex'),
      headers: Object.fromEntries(headers),
      payload: body,
    });
    const result = taken === 'used' ? 'accepted' : taken;
    response.status(result === 'lost' ? 503 : 202).json({ result });
  };
  const router = express.Router();
  router.post('/', express.raw({ type: () => true, limit: payloadLimit }), receive);
  return router;
}

async function useOnce(
  use: (webhook: Webhook) => Promise<void>,
  webhook: Webhook,
): Promise<'used' | 'ignored'> {
  try {
    await use(webhook);
    return 'used';
  } catch (error) {
    if (error instanceof UnusableWebhook) return 'ignored';
    throw error;
  }
}

/** Whether a pending attempt, by the state that it keeps, waits for this pull request. */
export function waitsFor(state: JsonObject, event: Pick<PullRequestEvent, 'repository' | 'number'>): boolean {
  const known = pullRequestState.safeParse(state);
  if (!known.success) return false;
  return (
    known.data.number === event.number &&
    known.data.repository.toLowerCase() === event.repository.toLowerCase()
  );
}
