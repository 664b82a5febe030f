import { type ButtonHTMLAttributes, type ReactNode, type Ref, useEffect } from 'react';
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
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style' | 'disabled' | 'onClick'>,
    ButtonClass {
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onPress?: (() => void) | undefined;
  readonly isDisabled?: boolean | undefined;
  /** What the button says while it works; it cannot be pressed again until then. */
  readonly working?: string | false | undefined;
}

/** While it works it keeps the focus and says what it does; nothing else happens when it is pressed. */
export function Button({
  look,
  size,
  working,
  children,
  onPress,
  isDisabled = false,
  type = 'button',
  ...props
}: ButtonProps) {
  const isWorking = typeof working === 'string';
  useEffect(() => {
    if (typeof working === 'string') announce(working);
  }, [working]);
  return (
    <button
      {...props}
      type={isWorking ? 'button' : type}
      disabled={isDisabled}
      {...(isWorking && { 'aria-disabled': true })}
      className={buttonClass({ ...(look && { look }), ...(size && { size }) })}
      onClick={(event) => {
        // Not every browser does, and what opens has to know where the focus goes back to.
        event.currentTarget.focus();
        if (!isWorking) onPress?.();
      }}
    >
      {isWorking ? (
        <>
          <span className={styles.spinner} aria-hidden="true" />
          {working}
        </>
      ) : (
        children
      )}
    </button>
  );
}
