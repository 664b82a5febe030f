import type { Handovers } from '../../application/ports/handovers.ts';
import { runAttemptKey } from '../../domain/attempt.ts';
import type { Reported } from '../../domain/run-messages.ts';
import type { MemoryState } from './memory-state.ts';

/** Hears what the memory store of the same state hands over. */
export function createMemoryHandovers(state: Pick<MemoryState, 'listeners'>): Handovers {
  const name = `listener-${state.listeners.size}`;
  const expected = new Map<string, (report: Reported) => void>();
  state.listeners.set(name, (attempt, report) => expected.get(runAttemptKey(attempt))?.(report));
  return {
    listener: () => name,
    expect(attempt) {
      const key = runAttemptKey(attempt);
      const arrival = new Promise<Reported>((resolve) => expected.set(key, resolve));
      return { arrival, stop: () => void expected.delete(key) };
    },
  };
}
