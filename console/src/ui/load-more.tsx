import { useState } from 'react';
import { Button } from './button.tsx';
import { formatNumber } from './format.ts';
import styles from './load-more.module.css';

interface LoadMoreProps {
  /** What the button says. */
  readonly children: string;
  /** Ends when what was asked for is there, or could not be loaded. */
  readonly onLoad: () => Promise<unknown>;
  /** How much of it is there already, where that is known. */
  readonly progress?: { readonly shown: number; readonly total: number };
}

/** Below a list that goes on. */
export function LoadMore({ children, onLoad, progress }: LoadMoreProps) {
  const [isLoading, setLoading] = useState(false);
  const load = () => {
    setLoading(true);
    void onLoad().finally(() => setLoading(false));
  };
  return (
    <div className={styles.more}>
      <Button onPress={load} working={isLoading && 'Loading…'}>
        {children}
      </Button>
      {progress === undefined ? null : (
        <span>
          {formatNumber(progress.shown)} of {formatNumber(progress.total)}
        </span>
      )}
    </div>
  );
}
