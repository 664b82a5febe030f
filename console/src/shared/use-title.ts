import { useEffect } from 'react';

/** The title of the page, which is also what is said aloud when it opens. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Loom`;
  }, [title]);
}
