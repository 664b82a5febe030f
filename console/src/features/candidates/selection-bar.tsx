import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './selection-bar.module.css';

interface SelectionBarProps {
  readonly count: number;
  readonly onStart: () => void;
  readonly onClear: () => void;
}

/** Rises when rows are selected; holds what can be done with them. */
export function SelectionBar({ count, onStart, onClear }: SelectionBarProps) {
  return (
    <section className={styles.bar} aria-label="Selected candidates">
      <p role="status">{formatCount(count, 'candidate')} selected</p>
      <Button look="quiet" onPress={onClear}>
        Clear
      </Button>
      <Button look="primary" onPress={onStart}>
        Start selected…
      </Button>
    </section>
  );
}
