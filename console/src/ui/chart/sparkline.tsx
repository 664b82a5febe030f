import { linePath } from './chart-scale.ts';
import styles from './sparkline.module.css';

interface SparklineProps {
  /** The oldest first. */
  readonly values: readonly number[];
  readonly max: number;
  /** What is seen, in words. */
  readonly label: string;
}

const size = { width: 96, height: 22 };

/** How a number went, as small as a word. */
export function Sparkline({ values, max, label }: SparklineProps) {
  const line = linePath(values, max, size);
  return (
    <svg
      role="img"
      aria-label={label}
      data-flat={values.every((value) => value === values[0]) || undefined}
      className={styles.spark}
      viewBox={`-1 -2 ${size.width + 4} ${size.height + 4}`}
    >
      <title>{label}</title>
      <path d={`${line}L${size.width} ${size.height}L0 ${size.height}Z`} className={styles.area} />
      <path d={line} className={styles.line} />
      <circle
        cx={size.width}
        cy={size.height - ((values.at(-1) ?? 0) / Math.max(1, max)) * size.height}
        r={2}
        className={styles.end}
      />
    </svg>
  );
}
