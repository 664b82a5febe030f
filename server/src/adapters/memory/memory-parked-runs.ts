import type { RunRef } from '../../application/ports/refs.ts';
import { WOKEN_AGAIN_MS, type WorkerDirectory } from '../../application/ports/worker-directory.ts';
import { type App, parkedKey } from './memory-worker-app.ts';

type ParkedRuns = Pick<WorkerDirectory, 'park' | 'unpark' | 'takeParked' | 'tellWoken'>;

interface ParkedRunsDeps {
  readonly apps: ReadonlyMap<string, App>;
  readonly appOf: (workerApp: string) => App;
  readonly now: () => number;
  /** How many of `limit` runs of the app may be dialled now. */
  readonly roomOf: (app: App, limit: number) => number;
}

export function createMemoryParkedRuns({ apps, appOf, now, roomOf }: ParkedRunsDeps): ParkedRuns {
  function takeOf(workerApp: string, app: App, limit: number) {
    const room = roomOf(app, limit);
    const again = [...app.woken].filter(([, { at }]) => now() - at >= WOKEN_AGAIN_MS).slice(0, room);
    const taken = [...again.map(([key, { run }]) => [key, run] as const), ...app.parked].slice(0, room);
    for (const [key, run] of taken) {
      app.parked.delete(key);
      app.woken.set(key, { run, at: now() });
    }
    return taken.map(([, run]) => ({ workerApp, ...run }));
  }

  return {
    async park(workerApp, run) {
      const { parked, woken } = appOf(workerApp);
      const key = parkedKey(run);
      const { migrationId, candidateId, runId } = run;
      woken.delete(key);
      if (!parked.has(key)) parked.set(key, { migrationId, candidateId, runId });
    },

    async unpark(workerApp, run) {
      forgetParked(appOf(workerApp), run);
    },

    async tellWoken(workerApp, run) {
      appOf(workerApp).woken.delete(parkedKey(run));
    },

    async takeParked(limit) {
      const taken: (RunRef & { readonly workerApp: string })[] = [];
      const all = [...apps].sort(([one], [other]) => (one < other ? -1 : 1));
      for (const share of [Math.ceil(limit / Math.max(1, all.length)), limit])
        for (const [workerApp, app] of all)
          taken.push(...takeOf(workerApp, app, Math.min(share, limit - taken.length)));
      return taken;
    },
  };
}

export function forgetParked({ parked, woken }: App, run: RunRef): void {
  parked.delete(parkedKey(run));
  woken.delete(parkedKey(run));
}
