import { type ReactNode, useEffect, useRef } from 'react';
import { formatNumber } from './format.ts';
import styles from './tabs.module.css';

/** Links that look like tabs, where each view is an address of its own. */
export function TabLinks({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const list = useRef<HTMLElement>(null);
  // On a phone the tabs scroll; the one that is open is to be seen.
  useEffect(() => {
    list.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView?.({ inline: 'nearest', block: 'nearest' });
  }, []);
  return (
    <nav ref={list} aria-label={label} className={styles.list}>
      {children}
    </nav>
  );
}

export function TabCount({ count }: { readonly count: number | undefined }) {
  if (count === undefined) return null;
  return <span className={styles.count}> {formatNumber(count)}</span>;
}
