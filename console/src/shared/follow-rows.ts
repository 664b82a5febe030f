import { rowOf } from './row-of.ts';
import { whenFocusIsLost } from './when-focus-is-lost.ts';

const overlay = '[data-veil]';

/**
 * When the row that somebody acted on is gone, the keyboard goes on at the next row, else at the one before, else at the
 * heading. What a dialog that was opened from the row does meanwhile does not change which row it was. Returns how to
 * stop.
 */
export function followRows(box: HTMLElement): () => void {
  let rows = rowsIn(box);
  let held: Element | undefined;

  const hold = ({ target }: Event) => {
    if (!(target instanceof Element) || target.closest(overlay) !== null) return;
    const row = rowOf(target);
    held = row !== null && box.contains(row) ? row : undefined;
  };
  const goOn = () => {
    if (held === undefined || held.isConnected || document.querySelector(overlay) !== null) return;
    const next = nextTo(held, rows);
    held = undefined;
    rows = rowsIn(box);
    (next === undefined ? headingOf(box) : actionOf(next))?.focus();
  };
  const look = () => {
    // The order before is what tells the next one, until the focus has gone on.
    if (held === undefined || held.isConnected) rows = rowsIn(box);
    else whenFocusIsLost(goOn);
  };

  const observer = new MutationObserver(look);
  observer.observe(box, { childList: true, subtree: true });
  // Where dialogs come and go.
  observer.observe(document.body, { childList: true });
  document.addEventListener('focusin', hold);
  document.addEventListener('pointerdown', hold);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', hold);
    document.removeEventListener('pointerdown', hold);
  };
}

function rowsIn(box: HTMLElement): readonly Element[] {
  return [...box.querySelectorAll('[data-row-link]')].flatMap((link) => rowOf(link) ?? []);
}

function nextTo(gone: Element, rows: readonly Element[]): Element | undefined {
  const at = rows.indexOf(gone);
  const isThere = (row: Element) => row.isConnected;
  return rows.slice(at + 1).find(isThere) ?? rows.slice(0, Math.max(at, 0)).findLast(isThere);
}

function actionOf(row: Element): HTMLElement | null {
  return (
    row.querySelector<HTMLElement>('[data-row-action] :is(a, button)') ?? row.querySelector('[data-row-link]')
  );
}

function headingOf(box: HTMLElement): HTMLElement | null {
  const heading = box.closest('section, main')?.querySelector<HTMLElement>('h1, h2, h3') ?? null;
  if (heading !== null) heading.tabIndex = -1;
  return heading;
}
