/** Runs tasks side by side up to a number; the others wait their turn. */
export interface WorkQueue {
  /** Tasks that wait for a free place. */
  readonly waiting: number;
  /** Runs the task when its turn comes. The task handles its own errors. */
  push(task: () => Promise<void>): void;
  /** Starts no further task; those that wait are dropped. */
  stop(): void;
  /** Resolves when no task is running. */
  whenIdle(): Promise<void>;
}

export function createWorkQueue(concurrency: number): WorkQueue {
  const waiting: (() => Promise<void>)[] = [];
  let idleWaiters: (() => void)[] = [];
  let running = 0;
  let isStopped = false;

  function startNext(): void {
    while (!isStopped && running < concurrency) {
      const task = waiting.shift();
      if (task === undefined) break;
      running += 1;
      void task().finally(() => {
        running -= 1;
        startNext();
        if (running === 0) {
          for (const resolve of idleWaiters) resolve();
          idleWaiters = [];
        }
      });
    }
  }

  return {
    get waiting() {
      return waiting.length;
    },
    push(task) {
      if (isStopped) return;
      waiting.push(task);
      startNext();
    },
    stop() {
      isStopped = true;
      waiting.length = 0;
    },
    whenIdle() {
      return running === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
    },
  };
}
