let region: HTMLElement | undefined;

/** Says something once to those who listen, also while a dialog hides the rest of the page from them. */
export function announce(text: string): void {
  region ??= createRegion();
  region.textContent = text;
}

function createRegion(): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('role', 'status');
  element.className = 'visually-hidden';
  // Dialogs leave an element alone that is marked so.
  element.dataset['liveAnnouncer'] = 'true';
  document.body.append(element);
  return element;
}
