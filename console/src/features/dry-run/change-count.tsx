import { formatCount, formatNumber } from '../../ui/format.ts';
import styles from './change-count.module.css';

/** `+12 −3`, said aloud as lines added and removed. */
export function ChangeCount({ added, removed }: { readonly added: number; readonly removed: number }) {
  if (added === 0 && removed === 0) return null;
  return (
    <span className={styles.count}>
      <span aria-hidden="true" className={styles.added}>
        +{formatNumber(added)}
      </span>{' '}
      <span aria-hidden="true" className={styles.removed}>
        −{formatNumber(removed)}
      </span>
      <span className="visually-hidden">
        {formatCount(added, 'line')} added, {formatNumber(removed)} removed
      </span>
    </span>
  );
}
