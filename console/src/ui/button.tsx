import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonClass {
  readonly look?: ButtonLook;
  readonly size?: 'small' | 'normal';
}

/** For links that look like buttons. */
export function buttonClass({ look = 'plain', size = 'normal' }: ButtonClass = {}): string {
  return [styles.button, styles[look], size === 'small' ? styles.small : ''].join(' ');
}

interface ButtonProps
  extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'isPending'>,
    ButtonClass {
  readonly children: ReactNode;
  /** What the button says while it works; it cannot be pressed again until then. */
  readonly working?: string | false | undefined;
}

export function Button({ look, size, working, children, ...props }: ButtonProps) {
  const isWorking = typeof working === 'string';
  return (
    <AriaButton
      {...props}
      isPending={isWorking}
      className={buttonClass({ ...(look && { look }), ...(size && { size }) })}
    >
      {isWorking ? (
        <>
          <span className={styles.spinner} aria-hidden="true" />
          {working}
        </>
      ) : (
        children
      )}
    </AriaButton>
  );
}
