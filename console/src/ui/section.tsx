import type { ReactNode } from 'react';
import styles from './section.module.css';

interface SectionProps {
  readonly title: string;
  readonly level?: 2 | 3;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A heading, what stands at its right, a hairline, and the content. */
export function Section({ title, level = 2, aside, children }: SectionProps) {
  const Heading = `h${level}` as const;
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <Heading className={styles.title}>{title}</Heading>
        {aside}
      </div>
      {children}
    </section>
  );
}
