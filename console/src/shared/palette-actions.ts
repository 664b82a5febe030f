import { useEffect, useRef } from 'react';

/** What the page on screen lets a person do from the palette. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

const offered = new Set<{ readonly current: readonly PaletteAction[] }>();

export function offeredActions(): readonly PaletteAction[] {
  return [...offered].flatMap((actions) => actions.current);
}

/** Offers actions while the component is shown; the palette takes them as they are when it opens. */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    offered.add(latest);
    return () => {
      offered.delete(latest);
    };
  }, []);
}
