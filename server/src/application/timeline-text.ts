import type { Actor, LoggedEvent } from '../domain/event.ts';
import type { DeliverySummary } from './ports/delivery-log.ts';

/** Workers write messages of any length. */
const MESSAGE_LENGTH = 160;

type Sentence = (event: LoggedEvent) => string;

/** What an event says, in one sentence. Types that are not listed are told by their name. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  'run.requested': ({ actor }) => `${nameActor(actor)} started a run.`,
  'rollback.requested': ({ actor }) => `${nameActor(actor)} asked to roll back.`,
  'run.start_failed': ({ data }) => `The run could not be started${because(data?.['why'])}`,
  'run.started': () => 'The engine began the run.',
  'run.restored': () => 'The engine rebuilt what the store had lost of the run.',
  'run.cancel_requested': ({ actor, data }) =>
    `${nameActor(actor)} cancelled the run${because(data?.['reason'])}`,
  'run.pause_requested': ({ actor, data }) =>
    `${nameActor(actor)} paused the run${because(data?.['reason'])}`,
  'run.resumed': ({ actor }) => `${nameActor(actor)} let the run go on.`,
  'run.completed': () => 'The run completed.',
  'run.cancelled': ({ data }) => `The run was cancelled${because(data?.['reason'])}`,
  'run.rolled_back': ({ data }) => `The run was rolled back${because(data?.['reason'])}`,
  'run.lost': ({ data }) => `The engine lost the run${because(data?.['reason'])}`,
  'step.dispatched': (event) => `${sayAttempt(event)} began.`,
  'step.accepted': (event) => {
    const { workerApp, instanceId } = event.data ?? {};
    return `${sayAttempt(event)} was taken by ${String(instanceId ?? workerApp ?? 'its worker')}.`;
  },
  'step.retry_requested': (event) => `${nameActor(event.actor)} retried ${sayStep(event)}.`,
  'step.reminded': (event) => `${startWithStep(event)} takes longer than expected.`,
  'review.requested': (event) => `${startWithStep(event)} waits for a decision.`,
  'review.approved': (event) => {
    const { count, needed } = event.data ?? {};
    const share = typeof count === 'number' && typeof needed === 'number' ? `, ${count} of ${needed}` : '';
    return `${nameActor(event.actor)} approved ${sayStep(event)}${share}.`;
  },
  'review.reminded': (event) => `Nobody has decided on ${sayStep(event)} yet.`,
  'review.escalated': (event) => `${startWithStep(event)} has waited too long; an operator must act.`,
  'inputs.changed': ({ actor }) => `${nameActor(actor)} changed the inputs.`,
  'delivery.replayed': ({ actor, data }) =>
    `${nameActor(actor)} replayed a ${data?.['operation'] === 'callback' ? 'callback' : 'dispatch'}: ${String(data?.['result'])}.`,
  'callback.tested': (event) =>
    `${nameActor(event.actor)} sent a test callback for ${sayStep(event)}: ${String(event.data?.['status'])}.`,
  'dead_letter.requeued': ({ actor }) => `${nameActor(actor)} requeued a dead letter.`,
  'dead_letter.dropped': ({ actor }) => `${nameActor(actor)} dropped a dead letter.`,
  operation: ({ data }) => sayOperation(data ?? {}),
};

/** Whether it says how an attempt ended. */
export function isEndOfAttempt({ type, stepName }: Pick<LoggedEvent, 'type' | 'stepName'>): boolean {
  return type.startsWith('step.') && stepName !== undefined && SENTENCES[type] === undefined;
}

export function describeEvent(event: LoggedEvent): string {
  const sentence = SENTENCES[event.type];
  if (sentence !== undefined) return sentence(event);
  const [subject = '', what = ''] = event.type.split('.');
  if (isEndOfAttempt(event)) return describeEnd(event, event.data?.['message']);
  return `${capital(words(`${subject} ${what}`.trim()))}.`;
}

/** How an attempt ended, and what was said of it. */
export function describeEnd(
  event: Pick<LoggedEvent, 'type' | 'stepName' | 'phase'>,
  message: unknown,
): string {
  const [, what = ''] = event.type.split('.');
  return `${startWithStep(event)} ${STEP_WORDS[what] ?? words(what)}${because(message)}`;
}

const STEP_WORDS: Readonly<Record<string, string>> = {
  skipped: 'was skipped',
  merged: 'was merged',
  cancelled: 'was cancelled',
  superseded: 'was superseded',
};

/** Of an HTTP exchange. */
export function describeDelivery(delivery: DeliverySummary): string {
  const { operation, workerApp = 'a worker', outcome, detail, isVerified } = delivery;
  const ending = `${OUTCOME_WORDS[outcome]}${because(outcome === 'accepted' ? undefined : detail)}`;
  const step = delivery.stepName === undefined ? '' : sayStep(delivery);
  switch (operation) {
    case 'dispatch-step':
      return `The dispatch of ${step} to ${workerApp} ${ending}`;
    case 'cancel-step':
      return `The cancel of ${step} at ${workerApp} ${ending}`;
    case 'dry-run':
      return `The dry run by ${workerApp} ${ending}`;
    case 'bases':
      return `The check of bases by ${workerApp} ${ending}`;
    case 'discover':
      return `The discovery by ${workerApp} ${ending}`;
    case 'callback':
      return isVerified
        ? `The callback of ${workerApp} about ${step} ${ending}`
        : `A callback that nobody vouches for ${ending}`;
    case 'announce':
      return `The announcement of ${workerApp} ${ending}`;
    default:
      return operation satisfies never;
  }
}

const OUTCOME_WORDS: Readonly<Record<DeliverySummary['outcome'], string>> = {
  accepted: 'was accepted',
  done: 'was done at once',
  duplicate: 'was a repetition',
  refused: 'was refused',
  superseded: 'came too late',
  busy: 'has to come later',
  failed: 'failed',
  unreachable: 'was not answered',
};

/** `forge.pull_request.create` in `acme/billing`. */
function sayOperation({ kind, repository, result, message }: Readonly<Record<string, unknown>>): string {
  const [, ...rest] = String(kind).split('.');
  const what = capital(words(rest.length === 0 ? String(kind) : rest.join(' ')));
  const where = typeof repository === 'string' ? ` in ${repository}` : '';
  return result === 'failed' ? `${what}${where} failed${because(message)}` : `${what}${where}.`;
}

function sayAttempt(event: Pick<LoggedEvent, 'attempt' | 'stepName' | 'phase'>): string {
  return `Attempt ${event.attempt ?? 1} of ${sayStep(event)}`;
}

function sayStep({ stepName = 'the step', phase }: Pick<LoggedEvent, 'stepName' | 'phase'>): string {
  return phase === 'compensate' ? `the undo of ${stepName}` : stepName;
}

/** A step's name is never spelled in another way than its own. */
function startWithStep(event: Pick<LoggedEvent, 'stepName' | 'phase'>): string {
  return event.phase === 'compensate' || event.stepName === undefined
    ? capital(sayStep(event))
    : `Step ${event.stepName}`;
}

function nameActor({ kind, id }: Actor): string {
  if (kind === 'person') return id === 'local' ? 'A person' : id;
  if (kind === 'system') return id === 'engine' ? 'The engine' : capital(id);
  return id;
}

/** The end of a sentence, with a reason where there is one. */
function because(reason: unknown): string {
  if (typeof reason !== 'string' || reason.trim() === '') return '.';
  const text = reason.replace(/\s+/g, ' ').trim();
  const short = text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH - 1)}…` : text;
  return `: ${short}${/[.!?…]$/.test(short) ? '' : '.'}`;
}

function words(name: string): string {
  return name.replaceAll(/[_.-]+/g, ' ');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
