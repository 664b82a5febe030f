import type { ReactNode } from 'react';
import styles from './chip.module.css';
import { Icon } from './icon.tsx';

interface FilterChipProps {
  /** Reads aloud as one phrase, such as "Label team is earth". */
  readonly phrase: string;
  readonly onRemove: () => void;
}

/** A filter that is on, and the way to take it off. */
export function FilterChip({ phrase, onRemove }: FilterChipProps) {
  return (
    <button
      type="button"
      className={styles.filter}
      onClick={onRemove}
      aria-label={`Remove filter: ${phrase}`}
    >
      {phrase}
      <Icon name="close" size={12} />
    </button>
  );
}

interface ToggleChipProps {
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** One of several ways to look at a list. */
export function ToggleChip({ isOn, onToggle, children }: ToggleChipProps) {
  return (
    <button type="button" aria-pressed={isOn} className={styles.toggle} onClick={onToggle}>
      {children}
    </button>
  );
}

/** A fact that filters by itself when it is clicked. */
export function ValueChip({ name, value, onPick }: { name: string; value: string; onPick?: () => void }) {
  const text = (
    <>
      <span className={styles.name}>{name}</span> {value}
    </>
  );
  if (onPick === undefined) return <span className={styles.value}>{text}</span>;
  return (
    <button type="button" className={styles.value} onClick={onPick} title={`Filter by ${name} ${value}`}>
      {text}
    </button>
  );
}
