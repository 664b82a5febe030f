import { type RefObject, useLayoutEffect } from 'react';

/** Lies over the end of the page. */
const actionsPx = 64;

/** Scrolls a list within itself, and never the page, so that what is current in it can be seen. */
export function useCurrentInSight(list: RefObject<HTMLElement | null>, current: string | undefined): void {
  // Runs once what is current has been rendered.
  useLayoutEffect(() => {
    const frame = list.current;
    const item = frame?.querySelector('[aria-current]');
    if (current === undefined || frame === null || item === null || item === undefined) return;
    const { top, bottom, height } = item.getBoundingClientRect();
    const { top: from, bottom: to } = frame.getBoundingClientRect();
    const end = Math.min(to, window.innerHeight - actionsPx);
    if (top < from || bottom > end) frame.scrollTop += top - from - (end - from - height) / 2;
  }, [list, current]);
}
