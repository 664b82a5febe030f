import { type ReactNode, useEffect } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { announce } from './announce.ts';
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

/** While it works it keeps the focus and says what it does; nothing else happens when it is pressed. */
export function Button({ look, size, working, children, onPress, type, ...props }: ButtonProps) {
  const isWorking = typeof working === 'string';
  useEffect(() => {
    if (typeof working === 'string') announce(working);
  }, [working]);
  return (
    <AriaButton
      {...props}
      {...(isWorking ? { 'aria-disabled': true } : onPress && { onPress })}
      {...(type !== undefined && { type: isWorking ? 'button' : type })}
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
