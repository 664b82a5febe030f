/** Writes that need not be over before the next step is begun, only before it is dialled. */
export interface WriteBehind {
  /** Gives back what a dispatch waits for. */
  add(write: Promise<unknown>): Promise<unknown>;
  /** Rejects as the first that failed, from then on. */
  written(): Promise<unknown>;
}

/** Each is waited for where it is made. */
export const NOTHING_BEHIND: WriteBehind = { add: (write) => write, written: () => Promise.resolve() };

/** Sent with what begins the next step, they cost one way to the store and one sync of its disk with it. */
export function createWriteBehind(): WriteBehind {
  let all: Promise<unknown> = Promise.resolve();
  return {
    add: (write) => {
      all = Promise.all([all, write]).then(() => undefined);
      // Whoever asks for what was written is told of it, as often as that is.
      all.catch(() => undefined);
      return Promise.resolve();
    },
    written: () => all,
  };
}
