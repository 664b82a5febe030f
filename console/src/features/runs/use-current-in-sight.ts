import { type RefObject, useLayoutEffect } from 'react';

/** Lies over the end of the page. */
const actionsPx = 64;

/**
 * Scrolls a list within itself, and never the page, so that what is current in it can be seen; also when what stands
 * above the list arrives later. Whoever looks elsewhere in the list is left there.
 */
export function useCurrentInSight(list: RefObject<HTMLElement | null>, current: string | undefined): void {
  useLayoutEffect(() => {
    const frame = list.current;
    if (frame === null || current === undefined) return;
    const bring = () => {
      const item = frame.querySelector('[aria-current]');
      if (item === null) return;
      const { top, bottom, height } = item.getBoundingClientRect();
      const { top: from, bottom: to } = frame.getBoundingClientRect();
      const end = Math.min(to, window.innerHeight - actionsPx);
      if (top < from || bottom > end) frame.scrollTop += top - from - (end - from - height) / 2;
    };
    bring();
    const moves = new ResizeObserver(bring);
    moves.observe(frame.closest('main')?.firstElementChild ?? document.body);
    const heeds = new AbortController();
    for (const sign of ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const)
      frame.addEventListener(sign, () => moves.disconnect(), { signal: heeds.signal, passive: true });
    return () => {
      moves.disconnect();
      heeds.abort();
    };
  }, [list, current]);
}
