import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Where the page stands, above its title. */
  readonly trail?: ReactNode;
  readonly beside?: ReactNode;
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, trail, beside, below, children }: PageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        {trail === undefined ? null : (
          <nav aria-label="Where this is" className={styles.trail}>
            {trail}
          </nav>
        )}
        <div className={styles.titleLine}>
          <h1 className={styles.title}>{title}</h1>
          {beside === undefined ? null : <div className={styles.beside}>{beside}</div>}
        </div>
        {below}
      </header>
      {children}
    </div>
  );
}
