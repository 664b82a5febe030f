import { Webhooks } from '@octokit/webhooks';
import express, { type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { JsonObject } from '../step-context.ts';
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
}

/** What {@link webhookReceiver} takes. */
export interface WebhookReceiverOptions {
  /** Shared with the forge; a delivery that is not signed with it is refused. */
  readonly secret: string;
  /** Called for each event of a pull request; the same event may come twice, in any order. */
  readonly onPullRequest: (event: PullRequestEvent) => unknown;
  readonly log?: Logger;
}

const payloadSchema = z.object({
  action: z.string(),
  repository: z.object({ full_name: z.string() }),
  pull_request: z.object({
    number: z.number(),
    merged: z.boolean().nullish(),
    head: z.object({ ref: z.string() }),
  }),
});

/** GitHub caps a payload at 25 MB. */
const payloadLimit = '25mb';

function parsePayload(body: string): z.infer<typeof payloadSchema> | undefined {
  try {
    return payloadSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/**
 * Takes a forge's webhook deliveries: `app.use('/webhooks/forge', webhookReceiver(...))`, before any body parser, since
 * the signature is that of the raw body. Answers `401` for a wrong signature and `202` otherwise, once `onPullRequest` has
 * returned; a forge waits 10 s for that and does not deliver again.
 */
export function webhookReceiver({ secret, onPullRequest, log }: WebhookReceiverOptions): Router {
  const webhooks = new Webhooks({ secret });
  const receive: RequestHandler = async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const signature = request.get('x-hub-signature-256') ?? '';
    const isGenuine = signature !== '' && body !== '' && (await webhooks.verify(body, signature));
    if (!isGenuine) {
      log?.warn({ delivery: request.get('x-github-delivery') }, 'webhook with a wrong signature refused');
      response.status(401).json({ message: 'The signature in X-Hub-Signature-256 is missing or wrong' });
      return;
    }
    const payload = request.get('x-github-event') === 'pull_request' ? parsePayload(body) : undefined;
    if (payload !== undefined) {
      const { action, repository, pull_request: pull } = payload;
      await onPullRequest({
        repository: repository.full_name,
        number: pull.number,
        action,
        branch: pull.head.ref,
        isMerged: pull.merged === true,
      });
    }
    response.status(202).json({ result: payload === undefined ? 'ignored' : 'accepted' });
  };
  const router = express.Router();
  router.post('/', express.raw({ type: () => true, limit: payloadLimit }), receive);
  return router;
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
