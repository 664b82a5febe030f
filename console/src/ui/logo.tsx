import styles from './logo.module.css';

/** Two threads of warp over and under two of weft. */
export function Logo() {
  return (
    <span className={styles.logo}>
      <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
        <g className={styles.warp}>
          <rect x="5" y="1.5" width="5" height="12" rx="2" />
          <rect x="5" y="20" width="5" height="2.5" rx="1" />
          <rect x="14" y="1.5" width="5" height="2.5" rx="1" />
          <rect x="14" y="10.5" width="5" height="12" rx="2" />
        </g>
        <g className={styles.weft}>
          <rect x="10.5" y="5" width="12" height="5" rx="2" />
          <rect x="1.5" y="5" width="2.5" height="5" rx="1" />
          <rect x="1.5" y="14" width="12" height="5" rx="2" />
          <rect x="20" y="14" width="2.5" height="5" rx="1" />
        </g>
      </svg>
      Loom
    </span>
  );
}
