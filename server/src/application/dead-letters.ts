import type { Actor } from '../domain/event.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type CommandRunDeps, retryStep } from './command-run.ts';
import { type CompleteStepDeps, deliverCallback } from './complete-step.ts';
import type { PatchInputsDeps } from './patch-inputs.ts';
import type { DeadLetter, DeadLetterQuery, DeadLetterStore } from './ports/dead-letter-store.ts';
import type { EventLog } from './ports/event-log.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { type RedeliverWebhookDeps, redeliverWebhook } from './redeliver-webhook.ts';

export interface DeadLettersDeps
  extends CompleteStepDeps,
    CommandRunDeps,
    PatchInputsDeps,
    RedeliverWebhookDeps {
  readonly store: MigrationStore;
  readonly events: EventLog;
}

interface DeadLetterCommand {
  readonly id: string;
  readonly actor: Actor;
  readonly commandId: string;
}

const unknown = (id: string) => refuse('not-found', `There is no dead letter ${id}.`);

export const listDeadLetters =
  ({ deadLetters }: { readonly deadLetters: DeadLetterStore }) =>
  async (query: DeadLetterQuery) => {
    const page = await deadLetters.list(query);
    return page.kind === 'page'
      ? succeed(page)
      : refuse('cursor-mismatch', 'The cursor was made for another filter.');
  };

export const getDeadLetter =
  ({ deadLetters }: { readonly deadLetters: DeadLetterStore }) =>
  async (id: string): Promise<Outcome<DeadLetter>> => {
    const letter = await deadLetters.get(id);
    return letter === undefined ? unknown(id) : succeed(letter);
  };

/**
 * A callback is taken as if it came now, a step that was given up is retried, a webhook is handed to its worker app; what
 * still cannot be used stays.
 */
export const requeueDeadLetter =
  (deps: DeadLettersDeps) =>
  async (command: DeadLetterCommand): Promise<Outcome<{ readonly runId?: string }>> => {
    const letter = await deps.deadLetters.get(command.id);
    if (letter === undefined) return unknown(command.id);
    const used = await use(deps, letter, command);
    if (!used.ok) return used;
    // Of two who requeue it at once, one is told of.
    if (await deps.deadLetters.remove(letter.id))
      await log(deps, letter, command.actor, 'dead_letter.requeued');
    return succeed(letter.kind === 'webhook' ? {} : { runId: letter.runId });
  };

export const dropDeadLetter =
  (deps: DeadLettersDeps) =>
  async (command: DeadLetterCommand): Promise<Outcome<undefined>> => {
    const letter = await deps.deadLetters.get(command.id);
    if (letter === undefined || !(await deps.deadLetters.remove(command.id))) return unknown(command.id);
    await log(deps, letter, command.actor, 'dead_letter.dropped');
    return succeed(undefined);
  };

async function use(
  deps: DeadLettersDeps,
  letter: DeadLetter,
  { actor, commandId }: DeadLetterCommand,
): Promise<Outcome<unknown>> {
  if (letter.kind === 'webhook') return redeliverWebhook(deps, letter);
  const { migrationId, candidateId, runId, stepName, phase, attempt, body } = letter;
  if (body === undefined) {
    const candidate = await deps.store.getCandidate(letter);
    if (candidate?.runId !== runId) return refuse('run-over', 'The candidate has another run now.');
    return retryStep(deps)({ migrationId, candidateId, stepName, actor, commandId });
  }
  const manifest = await deps.store.getManifest(letter);
  if (manifest === undefined) return refuse('not-found', 'There never was such a run.');
  const delivery = { migrationId, candidateId, runId, stepName, phase, attempt, ...body };
  return deliverCallback(deps, manifest, delivery);
}

function log(
  { events, clock }: DeadLettersDeps,
  letter: DeadLetter,
  actor: Actor,
  type: string,
): Promise<void> {
  const { id, kind } = letter;
  const at = clock.now().toISOString();
  const data = { deadLetter: id, kind };
  if (letter.kind === 'webhook') {
    const { workerApp, source, webhookId } = letter;
    return events.append({ at, type, actor, data: { ...data, workerApp, source, webhookId } });
  }
  const { migrationId, candidateId, runId, stepName, phase, attempt } = letter;
  const about = { migrationId, candidateId, runId, stepName, phase, attempt };
  return events.append({ at, type, actor, ...about, data });
}
