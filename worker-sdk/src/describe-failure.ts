import { z } from 'zod';
import type { FailureClass, StepOutcome } from './step-context.ts';
import { StepFailure } from './step-failure.ts';

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What errors of fetch, of Node's network modules and of HTTP clients such as Octokit have in common. */
const errorFacts = z.object({
  name: z.string().optional().catch(undefined),
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  status: z.number().optional().catch(undefined),
  message: z.string().catch(''),
  cause: z.unknown().optional(),
});

function classify(error: unknown, depth = 0): FailureClass | undefined {
  const facts = errorFacts.safeParse(error);
  if (!facts.success || depth > 3) return undefined;
  const { name, code, status, message, cause } = facts.data;
  if (name === 'TimeoutError') return 'timeout';
  if (typeof code === 'string' && (networkCodes.has(code) || code.startsWith('UND_ERR_'))) return 'transport';
  if (status === 429 || (status === 403 && /rate limit/i.test(message))) return 'throttled';
  if (status !== undefined && status >= 500) return 'transport';
  return classify(cause, depth + 1);
}

/** `fetch failed` says little without the reason under it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && error.cause.message !== '' ? `: ${error.cause.message}` : '';
  return `${error.message === '' ? error.name : error.message}${cause}`;
}

/**
 * The outcome of a handler that threw. What it threw on purpose (a `StepFailure`) is taken as it is; anything else
 * may be tried again, with class `transport`, `throttled` or `timeout` where that is seen. The stack stays here.
 */
export function describeFailure(error: unknown): Extract<StepOutcome, { status: 'failed' }> {
  if (error instanceof StepFailure) {
    const { message, failureClass, retryable, metadata } = error;
    return {
      status: 'failed',
      message,
      retryable,
      ...(failureClass === undefined ? {} : { failureClass }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  }
  const failureClass = classify(error);
  return {
    status: 'failed',
    message: describe(error),
    retryable: true,
    ...(failureClass === undefined ? {} : { failureClass }),
  };
}

/** Whether a failure lies between here and there, so that looking again later may find all well. */
export function isPassing(failure: Extract<StepOutcome, { status: 'failed' }>): boolean {
  const { failureClass } = failure;
  return failureClass === 'transport' || failureClass === 'throttled' || failureClass === 'timeout';
}
