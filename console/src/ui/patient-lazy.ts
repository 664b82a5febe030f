import { type ComponentType, type LazyExoticComponent, lazy as reactLazy } from 'react';

const waitMs = 2_000;

/**
 * Loads a part of the console, and waits for the server where it is away: what was opened meanwhile then appears by
 * itself. Fails only where the server is there and has no such file, as after an update.
 */
export async function loadPatiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      if (await isServerThere()) return load();
      await new Promise((resolve) => {
        setTimeout(resolve, waitMs);
      });
    }
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
