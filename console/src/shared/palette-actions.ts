import { useEffect } from 'react';

/** What the page on screen lets a person do from the palette. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

const offered = new Map<object, readonly PaletteAction[]>();

export function offeredActions(): readonly PaletteAction[] {
  return [...offered.values()].flat();
}

export function usePaletteActions(actions: readonly PaletteAction[]): void {
  useEffect(() => {
    const key = {};
    offered.set(key, actions);
    return () => {
      offered.delete(key);
    };
  }, [actions]);
}
