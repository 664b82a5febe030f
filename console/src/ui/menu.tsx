import { type KeyboardEvent, type ReactNode, Suspense, useId, useRef, useState } from 'react';
import { Button, type ButtonLook } from './button.tsx';
import { Icon } from './icon.tsx';
import type { MenuContent } from './menu-list.tsx';
import { lazy } from './patient-lazy.ts';

const loadList = () => import('./menu-list.tsx');
const MenuList = lazy(() => loadList().then((module) => ({ default: module.MenuList })));

interface MenuProps extends MenuContent {
  readonly label: ReactNode;
  /** Read out before the label where that alone does not say it. */
  readonly name?: string;
  readonly look?: ButtonLook;
}

/** A button that opens a menu. The menu is most of the script, so it is loaded once the button is pointed at. */
export function Menu({ label, name, look = 'plain', ...list }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  // Where it fails, opening the menu says so by waiting.
  const preload = () => void loadList().catch(() => undefined);
  const openByArrow = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <>
      <Button
        ref={trigger}
        id={`${id}-button`}
        look={look}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        {...(isOpen && { 'aria-controls': id })}
        onPointerEnter={preload}
        onFocus={preload}
        onKeyDown={openByArrow}
        onPress={() => setOpen(true)}
      >
        {name === undefined ? null : <span className="visually-hidden">{name}: </span>}
        {label}
        <Icon name="down" size={12} />
      </Button>
      <Suspense>
        {isOpen ? (
          <MenuList
            {...list}
            id={id}
            labelledBy={`${id}-button`}
            trigger={trigger}
            onClose={() => setOpen(false)}
          />
        ) : null}
      </Suspense>
    </>
  );
}
