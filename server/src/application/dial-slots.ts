/** Bounds how many dials to one worker app are under way, so that a hung one cannot hold the others' slots. */
export interface DialSlots {
  /** A function that gives the slot back, or undefined when none became free in time. */
  acquire(workerApp: string): Promise<(() => void) | undefined>;
}

export function createDialSlots(perApp: number, patienceMs: number): DialSlots {
  const used = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  function release(app: string): void {
    const next = waiting.get(app)?.shift();
    if (next !== undefined) next();
    else used.set(app, (used.get(app) ?? 1) - 1);
  }

  function once(app: string): () => void {
    let held = true;
    return () => {
      if (held) release(app);
      held = false;
    };
  }

  return {
    acquire(app) {
      const count = used.get(app) ?? 0;
      if (count < perApp) {
        used.set(app, count + 1);
        return Promise.resolve(once(app));
      }
      return new Promise((resolve) => {
        const queue = waiting.get(app) ?? [];
        waiting.set(app, queue);
        const take = () => {
          clearTimeout(timer);
          resolve(once(app));
        };
        const timer = setTimeout(() => {
          const at = queue.indexOf(take);
          if (at >= 0) queue.splice(at, 1);
          resolve(undefined);
        }, patienceMs);
        queue.push(take);
      });
    },
  };
}
