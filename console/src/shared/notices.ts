/** Short messages about what a person just did; errors stand where the button is instead. */
export interface Notice {
  readonly id: number;
  readonly text: string;
}

const shownMs = 6_000;
let notices: readonly Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

export const noticeBoard = {
  current: (): readonly Notice[] => notices,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  dismiss: (id: number): void => change(notices.filter((notice) => notice.id !== id)),
};

export function notify(text: string): void {
  const id = ++lastId;
  change([...notices, { id, text }].slice(-3));
  setTimeout(() => noticeBoard.dismiss(id), shownMs);
}
