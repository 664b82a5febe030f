import type { ReactNode } from 'react';
import styles from './form.module.css';

interface FormProps {
  /** For a button that submits it from outside. */
  readonly id?: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** Fields below each other; what is wrong with them is said by the page, not by the browser. */
export function Form({ id, onSubmit, children }: FormProps) {
  return (
    <form
      id={id}
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
