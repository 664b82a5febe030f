import type { Actor } from '../domain/event.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type CommandRunDeps, retryStep } from './command-run.ts';
import { type CompleteStepDeps, deliverCallback } from './complete-step.ts';
import type { PatchInputsDeps } from './patch-inputs.ts';
import type { DeadLetter, DeadLetterQuery, DeadLetterStore } from './ports/dead-letter-store.ts';
import type { EventLog } from './ports/event-log.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { type RedeliverWebhookDeps, redeliverWebhook } from './redeliver-webhook.ts';
import { sleep } from './sleep.ts';

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

export interface Requeued {
  readonly runId?: string;
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

/** Longer than any worker is waited for; so long a letter is nobody's where who had it died. */
const CLAIM_MS = 30_000;
/** Whoever comes second waits for what became of the first, for as long as a person waits for an answer. */
const WAIT_MS = 100;
const WAIT_TRIES = 100;

/**
 * A callback is taken as if it came now, a step that was given up is retried, a webhook is handed to its worker app; what
 * still cannot be used stays. Of two who requeue it at once, one does and is told of; the other has the same answer once
 * that was used, and tries it again where it was not.
 */
export const requeueDeadLetter =
  (deps: DeadLettersDeps) =>
  async (command: DeadLetterCommand): Promise<Outcome<Requeued>> => {
    const letter = await deps.deadLetters.get(command.id);
    if (letter === undefined) return unknown(command.id);
    const requeued = letter.kind === 'webhook' ? {} : { runId: letter.runId };
    for (let tries = 0; tries < WAIT_TRIES; tries += 1) {
      const claim = await deps.deadLetters.claim(letter.id, command.commandId, CLAIM_MS);
      if (claim === 'claimed') return requeue(deps, letter, command, requeued);
      if (claim === 'gone') return succeed(requeued);
      await sleep(WAIT_MS);
    }
    return refuse('unavailable', 'Somebody else is requeueing it; look again.', { retryAfterSeconds: 5 });
  };

async function requeue(
  deps: DeadLettersDeps,
  letter: DeadLetter,
  command: DeadLetterCommand,
  requeued: Requeued,
): Promise<Outcome<Requeued>> {
  const { deadLetters } = deps;
  try {
    const used = await use(deps, letter, command);
    if (!used.ok) return used;
    if (await deadLetters.remove(letter.id)) await log(deps, letter, command.actor, 'dead_letter.requeued');
    return succeed(requeued);
  } finally {
    await deadLetters.giveBack(letter.id, command.commandId);
  }
}

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
