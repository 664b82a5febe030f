import { useEffect, useRef } from 'react';

type Handler = () => void;

const handlers = new Map<string, Handler[]>();
const storageKey = 'loom.shortcuts';

/** Single keys can be switched off, since speech input and some keyboards press them by accident. */
export const singleKeys = {
  areOn: (): boolean => localStorage.getItem(storageKey) !== 'off',
  set(isOn: boolean): void {
    if (isOn) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  },
};

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isSomethingOpen() || !singleKeys.areOn()) return;
  const handler = handlers.get(event.key)?.at(-1);
  if (handler === undefined) return;
  event.preventDefault();
  handler();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

function isSomethingOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
}

/** Binds a single key while the component is shown; the newest binding of a key wins. */
export function useShortcut(key: string, handler: Handler): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const call = () => latest.current();
    const bound = handlers.get(key) ?? [];
    handlers.set(key, [...bound, call]);
    if (handlers.size === 1 && bound.length === 0) document.addEventListener('keydown', onKeyDown);
    return () => {
      const rest = (handlers.get(key) ?? []).filter((other) => other !== call);
      if (rest.length > 0) handlers.set(key, rest);
      else handlers.delete(key);
      if (handlers.size === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, [key]);
}
