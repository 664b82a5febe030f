/** Whether the server answers; the banner shows it, and the views read more often until it does again. */
export type Connection =
  | { readonly state: 'answering' }
  | {
      readonly state: 'silent' /** When it was last heard, if it ever was. */;
      readonly since: number | undefined;
    };

let current: Connection = { state: 'answering' };
let lastHeard: number | undefined;
const listeners = new Set<() => void>();

function become(next: Connection): void {
  if (next.state === current.state) return;
  current = next;
  for (const listener of listeners) listener();
}

export const connection = {
  current: (): Connection => current,
  answered(): void {
    lastHeard = Date.now();
    become({ state: 'answering' });
  },
  /** A request that began at `startedAt` got no answer; one slow operation is no silence while others are answered. */
  unanswered(startedAt: number): void {
    if (lastHeard === undefined || lastHeard < startedAt) become({ state: 'silent', since: lastHeard });
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
