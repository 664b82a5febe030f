import type { Inputs } from '../../shared/contract.ts';
import { newKey } from '../../shared/new-key.ts';
import { isPassing, ProblemError } from '../../shared/problem.ts';
import type { StartInput } from '../../shared/run-actions.ts';

export type StartOutcome =
  | { readonly state: 'waiting' }
  | { readonly state: 'starting' }
  | { readonly state: 'started' }
  | { readonly state: 'refused'; readonly error: Error };

export interface BulkStart {
  readonly migrationId: string;
  readonly candidateIds: readonly string[];
  readonly inputs: Inputs | undefined;
  readonly start: (input: StartInput, key: string) => Promise<unknown>;
  readonly onOutcome: (candidateId: string, outcome: StartOutcome) => void;
  /** Stops before the next candidate; what is under way ends. */
  readonly signal: AbortSignal;
  readonly pause?: (ms: number) => Promise<void>;
}

const atOnce = 4;
const tries = 3;

/** Starts each candidate by itself, a few at once, and tells what became of each. One refusal stops no other. */
export async function startEach(bulk: BulkStart): Promise<void> {
  const queue = [...bulk.candidateIds];
  const work = async () => {
    for (let id = queue.shift(); id !== undefined && !bulk.signal.aborted; id = queue.shift()) {
      bulk.onOutcome(id, { state: 'starting' });
      bulk.onOutcome(id, await startOne(bulk, id));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function startOne(
  { migrationId, inputs, start, pause = wait }: BulkStart,
  candidateId: string,
): Promise<StartOutcome> {
  const key = newKey();
  const input: StartInput = { migrationId, candidateId, ...(inputs !== undefined && { inputs }) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await start(input, key);
      return { state: 'started' };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (attempt === tries || !isPassing(error)) return { state: 'refused', error };
      await pause(error instanceof ProblemError ? Math.min(error.retryAfterMs ?? 1_000, 5_000) : 1_000);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
