/**
 * What of a message can be used. Whoever reaches Temporal can send anything, and what is malformed must neither hold
 * the workflow task nor get into a run's state. REPLAY-SENSITIVE.
 */
import type { FailureClass, Phase } from '../domain/attempt.ts';
import { type Actor, TEMPORAL_ACTOR } from '../domain/event.ts';
import type { Inputs } from '../domain/inputs.ts';
import type { AttemptFence, ReportSignal } from '../domain/run-messages.ts';
import type { WhoActs } from '../domain/run-state.ts';
import type {
  CancelSignal,
  DecideUpdate,
  InputsUpdate,
  PauseUpdate,
  RetryUpdate,
  SkipUpdate,
} from './messages.ts';

type Fields = Readonly<Record<string, unknown>>;

function oneOf<const Word extends string>(...words: readonly Word[]): (value: unknown) => value is Word {
  return (value): value is Word => words.some((word) => word === value);
}
const isPhase = oneOf<Phase>('execute', 'compensate');
const isStatus = oneOf('succeeded', 'merged', 'failed', 'pending');
const isFailureClass = oneOf<FailureClass>(
  'transport',
  'throttled',
  'timeout',
  'conflict',
  'invalid',
  'fatal',
);
const isWho = oneOf<WhoActs>('worker', 'reviewer', 'operator', 'nobody');
const isActorKind = oneOf<Actor['kind']>('person', 'token', 'worker', 'rollout', 'system');
const isDecision = oneOf('approved', 'rejected');

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a message to this run, or undefined. */
export function readMine(message: unknown, runId: string): Fields | undefined {
  return isFields(message) && message['runId'] === runId ? message : undefined;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function readActor(value: unknown): Actor | undefined {
  if (!isFields(value)) return undefined;
  const { kind, id } = value;
  return isActorKind(kind) && typeof id === 'string' ? { kind, id } : undefined;
}

function readInputs(value: unknown): Inputs | undefined {
  if (!isFields(value)) return undefined;
  const fits = Object.values(value).every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  return fits ? (value as Inputs) : undefined;
}

export function readFence(message: unknown, runId: string): AttemptFence | undefined {
  const fields = readMine(message, runId);
  if (fields === undefined) return undefined;
  const { stepIndex, phase, attempt } = fields;
  if (typeof stepIndex !== 'number' || typeof attempt !== 'number' || !isPhase(phase)) return undefined;
  return { runId, stepIndex, phase, attempt };
}

export function readReport(message: unknown, runId: string): ReportSignal | undefined {
  const fence = readFence(message, runId);
  if (fence === undefined) return undefined;
  const { eventId, status, failureClass, retryable, reason, who, hasOutputs } = message as Fields;
  if (typeof eventId !== 'string' || !isStatus(status)) return undefined;
  return {
    ...fence,
    eventId,
    status,
    reason: readText(reason),
    ...(isFailureClass(failureClass) ? { failureClass } : {}),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(isWho(who) ? { who } : {}),
    ...(typeof hasOutputs === 'boolean' ? { hasOutputs } : {}),
  };
}

/** Without an actor it comes from Temporal's own tools, which an operator may use when ours do not answer. */
export function readCancel(message: unknown, runId: string): Omit<CancelSignal, 'runId'> | undefined {
  const fields = readMine(message, runId);
  if (fields === undefined) return undefined;
  return {
    compensate: fields['compensate'] === true,
    catchesUp: fields['catchesUp'] === true,
    reason: readText(fields['reason']),
    actor: readActor(fields['actor']) ?? TEMPORAL_ACTOR,
  };
}

export function readRetry(fields: Fields): Omit<RetryUpdate, 'runId'> | undefined {
  const actor = readActor(fields['actor']);
  const stepName = readText(fields['stepName']);
  const inputs = fields['inputs'] === undefined ? undefined : readInputs(fields['inputs']);
  const hasBadInputs = fields['inputs'] !== undefined && inputs === undefined;
  if (actor === undefined || stepName === undefined || hasBadInputs) return undefined;
  return { actor, stepName, inputs, ifInputsVersion: readNumber(fields['ifInputsVersion']) };
}

export function readDecision(fields: Fields): Omit<DecideUpdate, 'runId'> | undefined {
  const actor = readActor(fields['actor']);
  const stepName = readText(fields['stepName']);
  const { decision } = fields;
  if (actor === undefined || stepName === undefined || !isDecision(decision)) return undefined;
  return { actor, stepName, decision, comment: readText(fields['comment']) };
}

export function readSkip(fields: Fields): Omit<SkipUpdate, 'runId'> | undefined {
  const actor = readActor(fields['actor']);
  const stepName = readText(fields['stepName']);
  const reason = readText(fields['reason']);
  if (actor === undefined || stepName === undefined || reason === undefined) return undefined;
  return { actor, stepName, reason, outputsId: readText(fields['outputsId']) };
}

export function readPause(fields: Fields): Omit<PauseUpdate, 'runId'> | undefined {
  const actor = readActor(fields['actor']);
  return actor === undefined ? undefined : { actor, reason: readText(fields['reason']) };
}

export function readChangedInputs(fields: Fields): Omit<InputsUpdate, 'runId'> | undefined {
  const actor = readActor(fields['actor']);
  const inputs = readInputs(fields['inputs']);
  const ifInputsVersion = readNumber(fields['ifInputsVersion']);
  return actor === undefined || inputs === undefined ? undefined : { actor, inputs, ifInputsVersion };
}
