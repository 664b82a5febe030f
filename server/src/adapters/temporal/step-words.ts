import { LOCAL_ACTOR } from '../../domain/event.ts';
import { asFields, asNumber, asText } from './read-payload.ts';

/** How an attempt is called in a sentence; positions and names come from the run's manifest. */
export interface StepWords {
  /** `Step 2 (values)`, `Step 2 (values), attempt 3`, `The undo of step 2 (values)`. */
  ofAttempt(
    stepIndex: number | undefined,
    phase: string | undefined,
    attempt: number | undefined,
  ): string | undefined;
  /** The same of a message that names it. */
  ofFence(message: Readonly<Record<string, unknown>>): string | undefined;
  /** The same of a key such as `1:execute:2`. */
  ofKey(key: unknown): string | undefined;
}

export function createStepWords(stepNames: readonly string[]): StepWords {
  const words: StepWords = {
    ofAttempt(stepIndex, phase, attempt) {
      const name = stepIndex === undefined ? undefined : stepNames[stepIndex];
      if (stepIndex === undefined || name === undefined) return undefined;
      const what = `${phase === 'compensate' ? 'The undo of step' : 'Step'} ${stepIndex + 1} (${name})`;
      return attempt === undefined || attempt === 1 ? what : `${what}, attempt ${attempt}`;
    },
    ofFence: ({ stepIndex, phase, attempt }) =>
      words.ofAttempt(asNumber(stepIndex), asText(phase), asNumber(attempt)),
    ofKey(key) {
      const [index, phase, attempt] = asText(key)?.split(':') ?? [];
      return index === undefined ? undefined : words.ofAttempt(Number(index), phase, Number(attempt));
    },
  };
  return words;
}

const DECIDED: Readonly<Record<string, string>> = { approved: 'approved', rejected: 'rejected' };

/** Who asked, for the end of a sentence; nothing where everybody is the same. */
export function byActor(message: Readonly<Record<string, unknown>> | undefined): string {
  const actor = asFields(message?.['actor']);
  const id = asText(actor?.['id']);
  const isNobody = id === undefined || (actor?.['kind'] === LOCAL_ACTOR.kind && id === LOCAL_ACTOR.id);
  return isNobody ? '' : ` by ${id.slice(0, 100)}`;
}

/** What a person did to a run. */
export function describeCommand(
  name: string,
  message: Readonly<Record<string, unknown>> | undefined,
): string {
  const by = byActor(message);
  const stepName = asText(message?.['stepName']);
  const step = stepName === undefined ? 'The step' : `Step ${stepName}`;
  switch (name) {
    case 'retry':
      return `${step} was retried${by}${message?.['inputs'] === undefined ? '' : ', with other inputs'}.`;
    case 'decide':
      return `${step} was ${DECIDED[asText(message?.['decision']) ?? ''] ?? 'decided on'}${by}.`;
    case 'skip':
      return `${step} was skipped${by}${message?.['outputsId'] === undefined ? '' : ', with outputs given'}.`;
    case 'pause':
      return `The run was paused${by}.`;
    case 'resume':
      return `The run was resumed${by}.`;
    case 'change-inputs':
      return `The inputs were changed${by}.`;
    default:
      return `A command that this Loom does not know: ${name.slice(0, 60)}${by}.`;
  }
}

/** What a signal told the run. */
export function describeSignal(
  name: string,
  message: Readonly<Record<string, unknown>> | undefined,
  words: StepWords,
): { readonly kind: 'step' | 'command' | 'run'; readonly text: string } {
  const step = message === undefined ? undefined : words.ofFence(message);
  switch (name) {
    case 'step-completed':
      return {
        kind: 'step',
        text: `A callback arrived${step === undefined ? '' : `: ${lowerFirst(step)}`}${statusOf(message)}.`,
      };
    case 'redeliver':
      return {
        kind: 'step',
        text: `${step ?? 'A step'} is to be given to another instance: the one that had it is gone or forgot it.`,
      };
    case 'cancel':
      return {
        kind: 'command',
        text: `Cancel was asked${byActor(message)}${message?.['compensate'] === true ? ', undoing what is done' : ''}.`,
      };
    case 'worker-back':
      return {
        kind: 'run',
        text: 'The run was woken: what it waited for is back, resumed, or free for it.',
      };
    case 'answered':
      return { kind: 'command', text: 'The answer to a command has reached its caller.' };
    default:
      return { kind: 'run', text: `A message that this Loom does not know: ${name.slice(0, 60)}.` };
  }
}

function statusOf(message: Readonly<Record<string, unknown>> | undefined): string {
  const status = asText(message?.['status']);
  return status !== undefined && ['succeeded', 'merged', 'failed', 'pending'].includes(status)
    ? ` ${status === 'pending' ? 'is pending' : status}`
    : '';
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
