import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Button, type ButtonLook } from './button.tsx';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
}

interface MenuProps {
  readonly label: ReactNode;
  /** Where the label alone does not say it. */
  readonly name?: string;
  readonly look?: ButtonLook;
  readonly entries: readonly MenuEntry[];
  /** Where entries are switched on and off; the menu then stays open. */
  readonly selected?: ReadonlySet<string>;
  readonly selection?: 'single' | 'multiple';
  readonly onChoose: (id: string) => void;
}

export function Menu({ label, name, look = 'plain', entries, selected, selection, onChoose }: MenuProps) {
  return (
    <MenuTrigger>
      <Button look={look} {...(name !== undefined && { 'aria-label': name })}>
        {label}
        <Icon name="down" size={12} />
      </Button>
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <AriaMenu
          className={styles.menu ?? ''}
          items={entries}
          onAction={(key) => onChoose(String(key))}
          {...(selected !== undefined && { selectionMode: selection ?? 'multiple', selectedKeys: selected })}
        >
          {(entry) => (
            <MenuItem id={entry.id} textValue={entry.label} className={styles.item ?? ''}>
              {({ isSelected }) => (
                <>
                  {selected === undefined ? null : (
                    <span className={styles.mark}>{isSelected ? <Icon name="check" size={14} /> : null}</span>
                  )}
                  <span className={styles.text}>
                    {entry.label}
                    {entry.hint === undefined ? null : <span className={styles.hint}>{entry.hint}</span>}
                  </span>
                </>
              )}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
