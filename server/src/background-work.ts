/** Work that goes on after its request was answered; shutdown waits for it. */
export interface BackgroundWork {
  readonly add: (work: Promise<unknown>) => void;
  readonly settled: () => Promise<void>;
}

export function createBackgroundWork(onError: (error: unknown) => void): BackgroundWork {
  const open = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      const tracked = work.catch(onError).finally(() => open.delete(tracked));
      open.add(tracked);
    },
    settled: async () => {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
