import { type ComponentType, type LazyExoticComponent, lazy as reactLazy } from 'react';

const waitMs = 2_000;

/** How many parts wait for the server; whoever shows what is opened says so. */
let waiting = 0;
const listeners = new Set<() => void>();

function wait(change: 1 | -1): void {
  waiting += change;
  for (const listener of listeners) listener();
}

export const waitingParts = {
  isAny: (): boolean => waiting > 0,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/**
 * Loads a part of the console, and waits for the server where it is away: what was opened meanwhile then appears by
 * itself. Fails only where the server is there and has no such file, as after an update.
 */
export async function loadPatiently<T>(load: () => Promise<T>): Promise<T> {
  let isWaiting = false;
  try {
    for (;;) {
      try {
        return await load();
      } catch {
        if (await isServerThere()) return await load();
        if (!isWaiting) wait(1);
        isWaiting = true;
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
      }
    }
  } finally {
    if (isWaiting) wait(-1);
  }
}

async function isServerThere(): Promise<boolean> {
  try {
    const { status } = await fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store' });
    return status < 500;
  } catch {
    return false;
  }
}

/** React's `lazy`, patiently. */
// oxlint-disable-next-line typescript/no-explicit-any -- as React's own
export function lazy<T extends ComponentType<any>>(
  load: () => Promise<{ default: T }>,
): LazyExoticComponent<T> {
  return reactLazy(() => loadPatiently(load));
}
