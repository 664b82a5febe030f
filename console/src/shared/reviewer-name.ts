import { useCallback, useState } from 'react';

const storageKey = 'loom.name';

/** How the person at this browser calls themselves, on a server without sign-in; remembered when it was used. */
export function useReviewerName() {
  const [name, setName] = useState(() => localStorage.getItem(storageKey) ?? '');
  const remember = useCallback(() => {
    if (name.trim() === '') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, name.trim());
  }, [name]);
  return { name, setName, remember };
}
