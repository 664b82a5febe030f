import { type RefObject, useCallback } from 'react';

/** Loads what is older by a read of its own; the query looks at the wish, and takes it back when it has met it. */
export function useLoadOlder(
  wantsOlder: RefObject<boolean>,
  refetch: (options: { readonly cancelRefetch: boolean }) => Promise<unknown>,
): () => Promise<void> {
  return useCallback(async () => {
    wantsOlder.current = true;
    await refetch({ cancelRefetch: false });
    // The read that was under way may have passed the point where it looks for older ones.
    if (wantsOlder.current) await refetch({ cancelRefetch: false });
    wantsOlder.current = false;
  }, [wantsOlder, refetch]);
}
