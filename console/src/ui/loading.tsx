import styles from './loading.module.css';

/** Lines where the content will be; said aloud once. */
export function Loading({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div role="status" className={styles.loading}>
      <span className="visually-hidden">Loading {what}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className={styles.line} style={{ width: `${92 - ((index * 23) % 50)}%` }} />
      ))}
    </div>
  );
}
