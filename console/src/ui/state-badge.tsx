import styles from './state-badge.module.css';
import { StateShape } from './state-shape.tsx';
import type { Shape, Tone } from './tone.ts';

interface StateBadgeProps {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
  readonly isStrong?: boolean;
}

/** A state in word, shape and colour. */
export function StateBadge({ word, tone, shape, isStrong = false }: StateBadgeProps) {
  return (
    <span className={styles.badge} data-tone={tone} data-strong={isStrong || undefined}>
      <StateShape shape={shape} size={14} />
      {word}
    </span>
  );
}
