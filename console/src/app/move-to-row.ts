import { rowOf } from '../shared/row-of.ts';

/** Moves the focus along the rows of the page, in the order in which they stand; enter then opens the row. */
export function moveToRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row-link]')];
  rows[nextIndex(rows, step)]?.focus();
}

/** After the row that has the focus, or that holds what has it; without one, at the first. */
function nextIndex(rows: readonly HTMLElement[], step: 1 | -1): number {
  const focused = document.activeElement;
  const at = rows.findIndex((row) => row === focused || rowOf(row)?.contains(focused));
  return at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
}
