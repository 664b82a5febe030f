import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/** After moving to another page, the keyboard starts at its content, and its title is said aloud. */
export function RouteFocus() {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(pathname);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (pathname === undefined || before.current === pathname) return;
    const isFirst = before.current === undefined;
    before.current = pathname;
    if (isFirst) return;
    document.getElementById('content')?.focus({ preventScroll: true });
    setSaid(document.title);
  }, [pathname]);
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}
