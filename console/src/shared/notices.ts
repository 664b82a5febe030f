/** Short messages about what a person just did; errors stand where the button is instead. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'done' | 'bad';
}

const shownMs = 6_000;
const shownAtOnce = 3;
let notices: readonly Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Whoever points at the notices, or has the focus in them, is still reading. */
function isBeingRead(): boolean {
  return document.querySelector('[data-notices]:is(:hover, :focus-within)') !== null;
}

function dismissLater(id: number): void {
  setTimeout(() => {
    if (isBeingRead()) dismissLater(id);
    else noticeBoard.dismiss(id);
  }, shownMs);
}

export const noticeBoard = {
  current: (): readonly Notice[] => notices,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  dismiss: (id: number): void => change(notices.filter((notice) => notice.id !== id)),
};

export function notify(text: string, tone: Notice['tone'] = 'done'): void {
  const id = ++lastId;
  change([...notices, { id, text, tone }].slice(-shownAtOnce));
  dismissLater(id);
}
