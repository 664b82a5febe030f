import { type ReactNode, useEffect, useRef } from 'react';
import { followRows } from './follow-rows.ts';

/** Rows that go when they are acted on; the keyboard goes on at the next. */
export function FollowedRows({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current === null ? undefined : followRows(box.current)), []);
  return (
    <div ref={box} style={{ display: 'contents' }}>
      {children}
    </div>
  );
}
