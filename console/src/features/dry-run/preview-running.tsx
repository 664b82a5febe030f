import { useState } from 'react';
import { Duration } from '../../ui/time.tsx';
import styles from './preview-running.module.css';

export function PreviewRunning({ startedAt }: { readonly startedAt: string | undefined }) {
  const [askedAt] = useState(() => new Date().toISOString());
  return (
    <div className={styles.running} role="status">
      <span className={styles.shuttle} aria-hidden="true" />
      <p>
        The worker makes the preview.{' '}
        <span aria-hidden="true">
          <Duration from={startedAt ?? askedAt} />
        </span>
      </p>
    </div>
  );
}
