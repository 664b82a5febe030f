/** The row of a list or a table that something stands in. */
export function rowOf(element: Element): Element | null {
  return element.closest('tr, li');
}
