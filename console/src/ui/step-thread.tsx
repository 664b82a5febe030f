import styles from './step-thread.module.css';
import type { Tone } from './tone.ts';

interface StepThreadProps {
  /** How many are done. */
  readonly done: number;
  readonly total: number;
  /** The tone of the one that is current, if one is. */
  readonly current?: Tone;
}

const mostKnots = 16;

/** The steps of a run as knots on a thread; decoration beside the words "step n of m". */
export function StepThread({ done, total, current }: StepThreadProps) {
  const knots = Math.min(total, mostKnots);
  const reached = total === 0 ? 0 : Math.floor((done / total) * knots);
  return (
    <span className={styles.thread} aria-hidden="true">
      {Array.from({ length: knots }, (_, index) => (
        <span
          key={index}
          className={styles.knot}
          data-tone={index < reached ? 'done' : index === reached ? current : undefined}
        />
      ))}
    </span>
  );
}
