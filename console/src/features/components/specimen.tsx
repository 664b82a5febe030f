import type { ReactNode } from 'react';
import styles from './specimen.module.css';

interface SpecimenProps {
  readonly name: string;
  /** When to use it, in one line. */
  readonly use: string;
  readonly children: ReactNode;
}

/** One component in all its states, with its name and what it is for. */
export function Specimen({ name, use, children }: SpecimenProps) {
  return (
    <section className={styles.specimen} id={idOf(name)}>
      <div className={styles.words}>
        <h2 className={styles.name}>{name}</h2>
        <p className={styles.use}>{use}</p>
      </div>
      <div className={styles.shown}>{children}</div>
    </section>
  );
}

export function idOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}

/** Things of one kind beside each other. */
export function Row({ label, children }: { readonly label?: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row}>
      {label === undefined ? null : <p className={styles.label}>{label}</p>}
      <div className={styles.items}>{children}</div>
    </div>
  );
}
