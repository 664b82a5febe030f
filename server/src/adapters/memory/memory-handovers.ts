import type { Handovers } from '../../application/ports/handovers.ts';
import type { AttemptRef } from '../../application/ports/refs.ts';
import { attemptKey } from '../../domain/attempt.ts';
import type { Reported } from '../../domain/run-messages.ts';
import type { MemoryState } from './memory-state.ts';

/** Hears what the memory store of the same state hands over. */
export function createMemoryHandovers(state: Pick<MemoryState, 'listeners'>): Handovers {
  const name = `listener-${state.listeners.size}`;
  const expected = new Map<string, (report: Reported) => void>();
  state.listeners.set(name, (attempt, report) => expected.get(keyOf(attempt))?.(report));
  return {
    listener: () => name,
    expect(attempt) {
      const key = keyOf(attempt);
      const arrival = new Promise<Reported>((resolve) => expected.set(key, resolve));
      return { arrival, stop: () => void expected.delete(key) };
    },
  };
}

function keyOf({ runId, ...attempt }: AttemptRef): string {
  return `${runId} ${attemptKey(attempt)}`;
}
