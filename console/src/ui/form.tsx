import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './form.module.css';

interface FormProps {
  /** For a button that submits it from outside. */
  readonly id?: string;
  readonly onSubmit: () => void;
  /** Changes when fields have become wrong in another way than by submitting, such as by a refusal. */
  readonly fault?: unknown;
  readonly children: ReactNode;
}

/** Fields below each other; what is wrong with them is said by the page, not by the browser, and the first has the focus. */
export function Form({ id, onSubmit, fault, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [submits, setSubmits] = useState(0);
  useEffect(() => {
    if (submits > 0 || (fault !== undefined && fault !== null))
      form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [submits, fault]);
  return (
    <form
      ref={form}
      id={id}
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        setSubmits((count) => count + 1);
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
