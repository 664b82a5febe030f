import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type AskedDirectory, findToAsk } from './ask-worker.ts';
import type { WebhookLetter } from './ports/dead-letter-store.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';

export interface RedeliverWebhookDeps {
  readonly directory: AskedDirectory;
  readonly dispatcher: Pick<StepDispatcher, 'redeliverWebhook'>;
}

const LATER = { retryAfterSeconds: 10 } as const;

/** Hands a webhook that could not be used to a live instance of the worker app that reported it. */
export async function redeliverWebhook(
  { directory, dispatcher }: RedeliverWebhookDeps,
  { workerApp, source, webhookId, body }: WebhookLetter,
): Promise<Outcome<undefined>> {
  const { headers, payload } = body;
  if (payload === undefined)
    return refuse('webhook-unusable', 'Its payload was too long to be kept; let the forge deliver it again.');
  const worker = await findToAsk(directory, workerApp, '');
  if (worker.kind === 'away') return refuse('worker-unavailable', worker.reason, LATER);
  const { workerUrl, instanceId } = worker.instance;
  const webhook = { source, webhookId, headers, payload };
  const answer = await worker.ask(
    () => dispatcher.redeliverWebhook(workerUrl, webhook, { workerApp, instanceId }),
    ({ kind }) => kind !== 'away',
  );
  switch (answer.kind) {
    case 'used':
      return succeed(undefined);
    case 'away':
      return refuse('worker-unavailable', `The worker app "${workerApp}" did not take the webhook.`, LATER);
    case 'refused':
      return refuse('webhook-unusable', answer.why);
    default:
      return answer satisfies never;
  }
}
