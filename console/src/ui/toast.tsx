import { Icon } from './icon.tsx';
import { StateShape } from './state-shape.tsx';
import styles from './toast.module.css';
import type { Shape } from './tone.ts';

export type ToastTone = 'done' | 'bad';

const shapes = { done: 'check', bad: 'cross' } as const satisfies Record<ToastTone, Shape>;

interface ToastProps {
  readonly text: string;
  readonly tone?: ToastTone | undefined;
  readonly onDismiss: () => void;
}

/** A short message over the page. It is said by the board on which it stands, so it has no role itself. */
export function Toast({ text, tone, onDismiss }: ToastProps) {
  return (
    <div className={styles.toast} data-tone={tone}>
      {tone === undefined ? null : <StateShape shape={shapes[tone]} size={14} />}
      <p className={styles.text}>{text}</p>
      <button type="button" className={styles.dismiss} aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
