import { redact } from '../redact.ts';
import type { StepOutcome } from '../step-context.ts';
import type { StepResult } from './attempt-record.ts';

const messageBytes = 2_048;
const dataBytes = 64 * 1_024;

/** Cuts a text to so many bytes of UTF-8, at a character. */
export function cutText(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text)
    .subarray(0, bytes - 3)
    .toString();
  // A character that was cut in two became U+FFFD.
  return `${kept.replace(/\uFFFD$/, '')}…`;
}

/** Why the data of an outcome cannot be sent, if so. */
function findFault(outcome: StepOutcome): string | undefined {
  const outputs = 'outputs' in outcome ? outcome.outputs : undefined;
  try {
    if (outcome.status === 'pending' && Buffer.byteLength(JSON.stringify(outcome.state)) > dataBytes) {
      return 'the state that it keeps while it is pending takes more than 64 KB';
    }
    const bytes = Buffer.byteLength(JSON.stringify({ metadata: outcome.metadata, outputs }));
    if (bytes <= dataBytes) return undefined;
    return `its outputs and metadata take ${Math.ceil(bytes / 1_024)} KB together, and at most 64 KB are kept; let it give a reference instead of the content`;
  } catch (error) {
    return `its data are not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}

/**
 * Puts an outcome into the words and limits of the contract: a long message is cut, credentials are taken out of it,
 * and an outcome whose data cannot be sent becomes a failure that says so.
 */
export function boundResult(
  outcome: StepOutcome,
  eventId: string,
  secrets: readonly string[] = [],
): StepResult {
  const fault = findFault(outcome);
  if (fault !== undefined) {
    const said = outcome.status === 'failed' ? ` It had failed: ${outcome.message}` : '';
    return {
      eventId,
      status: 'failed',
      failureClass: 'invalid',
      retryable: false,
      message: cutText(
        redact(`The result of the step cannot be sent: ${fault}.${said}`, secrets),
        messageBytes,
      ),
    };
  }
  const { status, message, metadata } = outcome;
  return {
    eventId,
    status,
    ...(message === undefined ? {} : { message: cutText(redact(message, secrets), messageBytes) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...('outputs' in outcome && outcome.outputs !== undefined ? { outputs: outcome.outputs } : {}),
    ...(outcome.status !== 'failed'
      ? {}
      : {
          ...(outcome.failureClass === undefined ? {} : { failureClass: outcome.failureClass }),
          retryable:
            outcome.retryable ?? (outcome.failureClass !== 'invalid' && outcome.failureClass !== 'fatal'),
        }),
  };
}
