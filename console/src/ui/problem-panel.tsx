import { type ReactNode, useEffect, useRef } from 'react';
import styles from './problem-panel.module.css';
import { StateShape } from './state-shape.tsx';

interface ProblemPanelProps {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly mend?: string | undefined;
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  readonly traceId?: string | undefined;
  readonly actions?: ReactNode;
}

/** What failed and what to do about it, said at once to those who listen. */
export function ProblemPanel({ title, detail, mend, fields = [], traceId, actions }: ProblemPanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  // At the end of a long dialog it would lie below what can be seen; a field that is wrong matters more.
  useEffect(() => {
    const dialog = panel.current?.closest('[role="dialog"], [role="alertdialog"]');
    if (dialog?.querySelector('[aria-invalid]') === null) panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={panel} role="alert" className={styles.panel}>
      <StateShape shape="cross" />
      <div className={styles.text}>
        <p className={styles.title}>{title}</p>
        {detail === undefined ? null : <p className={styles.detail}>{detail}</p>}
        {fields.length === 0 ? null : (
          <ul className={styles.fields}>
            {fields.map((field) => (
              <li key={`${field.path} ${field.message}`}>
                <code>{field.path}</code> {field.message}
              </li>
            ))}
          </ul>
        )}
        {mend === undefined ? null : <p>{mend}</p>}
        {traceId === undefined ? null : (
          <p className={styles.trace}>
            Trace <code>{traceId}</code>
          </p>
        )}
        {actions}
      </div>
    </div>
  );
}
