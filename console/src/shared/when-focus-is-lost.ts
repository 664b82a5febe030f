/**
 * Does it when nothing has the focus any more: what had it is gone or cannot take it. A dialog gives the focus back
 * within a frame after it closed, which is waited for.
 */
export function whenFocusIsLost(then: () => void): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) then();
    }),
  );
}
