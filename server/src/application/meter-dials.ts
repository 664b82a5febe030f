import type { StepDispatcher } from './ports/step-dispatcher.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface MeterDialsDeps {
  readonly dispatcher: StepDispatcher;
  readonly directory: Pick<WorkerDirectory, 'noteDials'>;
  /** Of one address, in ms: how often its latency is noted at most. */
  readonly everyMs: number;
  /** Time that only goes forward, in ms. */
  readonly now: () => number;
}

/** Workers that take a new address with each start leave the old ones behind; what is forgotten is noted anew. */
const MOST_ADDRESSES = 1_000;

/**
 * Notes for people how long workers take and why they fail. No dispatch waits for it: latencies are gathered here and
 * written at times, and a note that is lost costs nothing.
 */
export function meterDials({ dispatcher, directory, everyMs, now }: MeterDialsDeps): StepDispatcher {
  const gathered = new Map<string, { notedAt: number; sum: number; count: number }>();

  function gather(key: string, ms: number): number | undefined {
    const kept = gathered.get(key) ?? { notedAt: Number.NEGATIVE_INFINITY, sum: 0, count: 0 };
    // Behind all others, so that the first is the one that was dialled the longest ago.
    gathered.delete(key);
    gathered.set(key, kept);
    const [oldest] = gathered.keys();
    if (gathered.size > MOST_ADDRESSES && oldest !== undefined) gathered.delete(oldest);
    kept.sum += ms;
    kept.count += 1;
    if (now() - kept.notedAt < everyMs) return undefined;
    const mean = kept.sum / kept.count;
    Object.assign(kept, { notedAt: now(), sum: 0, count: 0 });
    return Math.round(mean * 10) / 10;
  }

  return {
    ...dispatcher,
    dispatch: async (request) => {
      const startedAt = now();
      const outcome = await dispatcher.dispatch(request);
      const workerApp = request.material.manifest.steps[request.attempt.stepIndex]?.workerApp;
      if (workerApp === undefined) return outcome;
      const { workerUrl } = request;
      const error = outcome.kind === 'unreachable' ? outcome.reason : undefined;
      const latencyMs =
        error === undefined ? gather(JSON.stringify([workerApp, workerUrl]), now() - startedAt) : undefined;
      if (error !== undefined || latencyMs !== undefined)
        void directory.noteDials(workerApp, workerUrl, { latencyMs, error }).catch(() => undefined);
      return outcome;
    },
  };
}
