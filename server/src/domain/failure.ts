import type { FailureClass, Phase } from './attempt.ts';
import type { RunProjection } from './run-projection.ts';

/** What a run waits for a person with. */
export interface RunFailure {
  /** The same for the same step, failure class and kind of message: step name and digest. */
  readonly fingerprint: string;
  /** Whatever the message is; where too many kinds of messages are known already. */
  readonly coarse: string;
  readonly stepName: string;
  readonly failureClass?: FailureClass | undefined;
  readonly attempt: { readonly stepIndex: number; readonly phase: Phase; readonly attempt: number };
  /** The beginning of the message. */
  readonly reason: string;
  readonly since: string;
}

/** How many kinds of failure a migration tells apart at once. */
export const MAX_FAILURES = 500;

const LONGEST = 1_000;
const URL = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>]+/giu;
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/giu;
/** An apostrophe within a word quotes nothing. */
const QUOTED = /"[^"\n]*"|`[^`\n]*`|“[^”\n]*”|(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])/gu;
const PATH = /[^\s,;()[\]<>]*\/[^\s,;()[\]<>]*/gu;
const HEX = /\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{7,})\b/giu;
const NUMBER = /\d+(?:[.:,]\d+)*/gu;

/** The message without what differs from candidate to candidate. */
export function normaliseMessage(message: string, candidateId: string): string {
  const names = [candidateId, candidateId.split('/').at(-1) ?? ''].filter((name) => name.length > 2);
  const unnamed = names.reduce(
    (text, name) => text.replace(asWord(name), '<candidate>'),
    message.slice(0, LONGEST),
  );
  return unnamed
    .replace(URL, '<url>')
    .replace(UUID, '<id>')
    .replace(QUOTED, '<name>')
    .replace(PATH, '<path>')
    .replace(HEX, '<hex>')
    .replace(NUMBER, '<n>')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

function asWord(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${literal}(?![\p{L}\p{N}_])`, 'gu');
}

export function fingerprintOf(
  stepName: string,
  failureClass: FailureClass | undefined,
  kind: string,
): string {
  return `${stepName}.${digest(`${failureClass ?? ''}\n${kind}`)}`;
}

/** 64 bits, which tell some hundred texts apart (cyrb53 with all its bits); nobody gains by a collision. */
function digest(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return [two, one].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * What a write of a run says of the failure that it waits with: none, still the one that the store has, since no
 * attempt changed, or this one. A failure that is retried by itself is none, and a pause neither.
 */
export function failureOf({
  candidateId,
  view,
  attempts,
}: Pick<RunProjection, 'candidateId' | 'view' | 'attempts'>): RunFailure | 'none' | 'unchanged' {
  const { runState, who, step: stepName, stepIndex, attempt, reason = 'The step failed.', since } = view;
  if (who !== 'operator' || (runState !== 'awaiting_retry' && runState !== 'compensating')) return 'none';
  if (stepName === undefined || stepIndex === undefined || attempt === undefined) return 'none';
  const phase = runState === 'compensating' ? 'compensate' : 'execute';
  const changed = attempts.findLast(
    (one) => one.stepIndex === stepIndex && one.phase === phase && one.attempt === attempt,
  );
  if (changed === undefined) return 'unchanged';
  const { outcome, failureClass } = changed;
  if (outcome !== 'failed' && outcome !== 'timed_out') return 'none';
  return {
    fingerprint: fingerprintOf(stepName, failureClass, normaliseMessage(reason, candidateId)),
    coarse: fingerprintOf(stepName, failureClass, ''),
    ...{ stepName, failureClass, attempt: { stepIndex, phase, attempt }, reason, since },
  };
}
