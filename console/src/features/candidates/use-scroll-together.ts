import { type RefObject, useEffect } from 'react';

/** What stands above and what stands below it scroll sideways as one, whichever of them is moved. */
export function useScrollTogether(
  above: RefObject<HTMLElement | null>,
  below: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const one = above.current;
    const other = below.current;
    if (one === null || other === null) return;
    const follow = (leader: HTMLElement, follower: HTMLElement) => () => {
      if (follower.scrollLeft !== leader.scrollLeft) follower.scrollLeft = leader.scrollLeft;
    };
    const followOne = follow(one, other);
    const followOther = follow(other, one);
    one.addEventListener('scroll', followOne, { passive: true });
    other.addEventListener('scroll', followOther, { passive: true });
    return () => {
      one.removeEventListener('scroll', followOne);
      other.removeEventListener('scroll', followOther);
    };
  }, [above, below]);
}
