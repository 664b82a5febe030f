import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { DeadLetterStore, WebhookLetter } from './ports/dead-letter-store.ts';
import type { EventLog } from './ports/event-log.ts';
import type { Clock, HashJson } from './ports/system.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface ReportWebhookDeps {
  readonly directory: Pick<WorkerDirectory, 'list'>;
  readonly deadLetters: DeadLetterStore;
  readonly events: EventLog;
  readonly hashJson: HashJson;
  readonly clock: Clock;
}

export interface ReportWebhookCommand
  extends Pick<WebhookLetter, 'workerApp' | 'instanceId' | 'source' | 'webhookId' | 'why'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | undefined;
}

/** Names of headers whose values prove something to somebody. */
const SECRET_HEADER = /auth|cookie|secret|token|signature|password|key/iu;

/** Keeps a webhook that a worker could not use, so that a person sees it and can have it tried again. */
export const reportWebhook =
  ({ directory, deadLetters, events, hashJson, clock }: ReportWebhookDeps) =>
  async (command: ReportWebhookCommand): Promise<Outcome<{ readonly deadLetterId: string }>> => {
    const { workerApp, instanceId, source, webhookId, why, payload } = command;
    const app = (await directory.list()).find((one) => one.workerApp === workerApp);
    if (app?.instances.some((one) => one.instanceId === instanceId) !== true)
      return refuse('unknown-instance', `The instance "${instanceId}" of "${workerApp}" is not known.`);
    const kept = Object.entries(command.headers).filter(([name]) => !SECRET_HEADER.test(name));
    const id = hashJson(['webhook', workerApp, source, webhookId]).slice(0, 32);
    const at = clock.now().toISOString();
    const isKnown = (await deadLetters.get(id)) !== undefined;
    await deadLetters.add({
      ...{ id, at, kind: 'webhook', workerApp, instanceId, source, webhookId, why },
      body: { headers: Object.fromEntries(kept), ...(payload === undefined ? {} : { payload }) },
    });
    if (!isKnown) {
      await events.append({
        ...{ at, type: 'webhook.unusable', actor: { kind: 'worker', id: `${workerApp}/${instanceId}` } },
        data: { deadLetter: id, workerApp, source, webhookId, why },
      });
    }
    return succeed({ deadLetterId: id });
  };
