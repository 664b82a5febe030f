import { DryRunFailed } from './ports/dry-runner.ts';
import type { Resolution, WorkerDirectory, WorkerInstance } from './ports/worker-directory.ts';

export type AskedDirectory = Pick<WorkerDirectory, 'resolve' | 'giveBackProbe'>;

export type Asked =
  | Extract<Resolution, { kind: 'away' }>
  | {
      readonly kind: 'instance';
      readonly instance: WorkerInstance;
      /** Asks it, once; `isHeard` says whether the worker answered at all. */
      readonly ask: <Answer>(
        call: () => Promise<Answer>,
        isHeard: (answer: Answer) => boolean,
      ) => Promise<Answer>;
    };

/**
 * An instance that is asked something beside its steps. Where the breaker is open that takes its probe. A worker that
 * answered is back, so its steps need not wait for the next probe: this one is given back to them. One that did not was
 * probed, and is left alone as long as after any probe.
 */
export async function findToAsk(
  directory: AskedDirectory,
  workerApp: string,
  revision: string,
): Promise<Asked> {
  const resolution = await directory.resolve(workerApp, revision);
  if (resolution.kind === 'away') return resolution;
  const { instance, probe } = resolution;
  return {
    kind: 'instance',
    instance,
    ask: async (call, isHeard) => {
      let heard = false;
      try {
        const answer = await call();
        heard = isHeard(answer);
        return answer;
      } catch (error) {
        heard = !(error instanceof DryRunFailed && error.isUnheard);
        throw error;
      } finally {
        // What was answered does not depend on it, and the next probe is seconds away.
        if (probe && heard)
          await directory.giveBackProbe(workerApp, instance.workerUrl).catch(() => undefined);
      }
    },
  };
}

export const ANSWERED = () => true;
