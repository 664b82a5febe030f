import { useEffect, useRef } from 'react';
import { useShortcut } from '../shared/shortcuts.ts';
import { moveToRow } from './move-to-row.ts';

interface ShellKeys {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}

/** The keys that work on every page. `/` goes to the search of the page, where it has one. */
export function useShellKeys({ openPalette, openHelp }: ShellKeys): void {
  useShortcut('?', openHelp);
  useShortcut('j', () => moveToRow(1));
  useShortcut('k', () => moveToRow(-1));
  useShortcut('/', () => {
    const search = document.querySelector<HTMLInputElement>('[data-page-search]');
    if (search === null) openPalette();
    else search.focus();
  });
  const latest = useRef(openPalette);
  latest.current = openPalette;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
