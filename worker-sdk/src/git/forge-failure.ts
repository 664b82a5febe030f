import type { FailureClass } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';

/** The HTTP status of an answer that Octokit threw as an error; 500 also stands for no answer at all. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

function isLimit(error: Error, status: number): boolean {
  return status === 429 || (status === 403 && /rate limit/i.test(error.message));
}

function describeStatus(
  error: Error,
  status: number,
): { readonly failureClass: FailureClass; readonly advice: string } {
  if (isLimit(error, status))
    return { failureClass: 'throttled', advice: 'the forge limits how often it may be asked' };
  switch (status) {
    case 401:
      return { failureClass: 'fatal', advice: 'the forge does not accept the token of this worker' };
    case 403:
      return { failureClass: 'fatal', advice: 'the token of this worker lacks the permission' };
    case 404:
      return {
        failureClass: 'invalid',
        advice: 'it is not there, or the token of this worker may not see it',
      };
    case 409:
    case 422:
      return { failureClass: 'conflict', advice: 'the forge refuses it' };
    default:
      return status >= 500
        ? { failureClass: 'transport', advice: 'the forge did not answer properly' }
        : { failureClass: 'fatal', advice: 'the forge refuses it' };
  }
}

/** An error of Octokit as a failure that people understand; anything else as it is. */
export function toForgeFailure(error: unknown, what: string, clean: (text: string) => string): unknown {
  const status = statusOf(error);
  if (!(error instanceof Error) || status === undefined || error instanceof StepFailure) return error;
  const { failureClass, advice } = describeStatus(error, status);
  // No `cause`: Octokit's error carries the request with its headers.
  return new StepFailure(clean(`${what}: ${advice} (${status}: ${error.message})`), { failureClass });
}
