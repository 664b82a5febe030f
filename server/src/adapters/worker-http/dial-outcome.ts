import type { DialOutcome } from '../../application/ports/step-dispatcher.ts';
import { describeMisfit, isTooLarge, parseJson, reasonOf, stepResult } from './worker-answers.ts';
import type { WorkerAnswer } from './worker-client.ts';

const DEFAULT_RETRY_SECONDS = 5;
const MAX_RETRY_SECONDS = 3_600;

/** Protocol, "Server to worker": what each answer means for the step. */
export function outcomeOf(answer: WorkerAnswer): DialOutcome {
  if (answer.kind === 'none') {
    if (answer.status === 200) return tooLarge(answer.reason);
    const { reason, isFault: fault, isUnsent } = answer;
    return { kind: 'unreachable', reason, fault, ...(isUnsent ? { isUnsent } : {}) };
  }
  const { status, text, mediaType } = answer;
  const said = withReason(status, reasonOf(text, mediaType));
  switch (status) {
    case 202:
      return { kind: 'accepted' };
    case 200:
      return readResult(answer);
    case 409:
      return { kind: 'superseded' };
    case 400:
    case 413:
    case 422:
      return { kind: 'refused', message: `The worker refused the step: ${said}` };
    case 429:
      return {
        kind: 'busy',
        reason: `The worker is busy: ${said}`,
        retryAfterSeconds: retryAfterOf(answer) ?? DEFAULT_RETRY_SECONDS,
      };
    case 503: {
      const retryAfterSeconds = retryAfterOf(answer);
      return retryAfterSeconds === undefined
        ? unreachable(`The worker failed: ${said}`, true)
        : { kind: 'busy', reason: `The worker is busy: ${said}`, retryAfterSeconds };
    }
    default:
      if (status >= 500 || status < 300) return unreachable(`The worker failed: ${said}`, true);
      if (status < 400)
        return unreachable(
          `The worker is misconfigured: it redirects (${status}); announce the URL itself.`,
          false,
        );
      return unreachable(`The worker is misconfigured: ${said}`, false);
  }
}

function readResult({ mediaType, text }: Extract<WorkerAnswer, { kind: 'answer' }>): DialOutcome {
  if (mediaType !== 'application/json')
    return unreachable(`The worker answered 200 with ${mediaType || 'no media type'} instead of JSON.`, true);
  const parsed = stepResult.safeParse(parseJson(text));
  if (parsed.success) return { kind: 'done', ...parsed.data };
  if (isTooLarge(parsed.error)) return tooLarge(`${describeMisfit(parsed.error)}.`);
  return unreachable(`The worker answered 200 with no step result (${describeMisfit(parsed.error)}).`, true);
}

/** The same at every try, so it fails its step: as a fault it would keep the worker's other runs waiting. */
function tooLarge(reason: string): DialOutcome {
  return {
    kind: 'refused',
    message: `The result of the step cannot be kept: ${reason} Let it give a reference instead of the content.`,
  };
}

function unreachable(reason: string, fault: boolean): DialOutcome {
  return { kind: 'unreachable', reason, fault };
}

function withReason(status: number, reason: string): string {
  return reason === '' ? `${status}.` : `${status}, ${reason}`;
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterOf({ header }: Extract<WorkerAnswer, { kind: 'answer' }>): number | undefined {
  const value = header('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return withinBounds(Number(value));
  // Date.parse makes a date of nearly anything.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const seconds = (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : withinBounds(seconds);
}

function withinBounds(seconds: number): number {
  return Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(seconds)));
}
