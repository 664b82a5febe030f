import { createContext, Script } from 'node:vm';

const context = createContext(Object.create(null));
const call = new Script('call()');
/** The process may have been held up once. */
const TRIES = 2;

/**
 * What `calculate` gives, or undefined where it took longer. A regular expression that goes back and back and loops in
 * loops are ended too, which nothing on the same thread could do but a script's own timeout.
 */
export function withinTime<Result>(ms: number, calculate: () => Result): Result | undefined {
  context['call'] = calculate;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return call.runInContext(context, { timeout: ms }) as Result;
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
  }
  return undefined;
}

/** It is an Error of the context's own. */
function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
