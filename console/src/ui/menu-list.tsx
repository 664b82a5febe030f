import type { RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { formatNumber } from './format.ts';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** How much there is of it; stands at the right, so that figures line up. */
  readonly count?: number;
}

export interface MenuContent {
  readonly entries: readonly MenuEntry[];
  /** Where entries are switched on and off; the menu then stays open. */
  readonly selected?: ReadonlySet<string>;
  readonly selection?: 'single' | 'multiple';
  readonly onChoose: (id: string) => void;
}

interface MenuListProps extends MenuContent {
  readonly id: string;
  /** Of the button that opens it, which names it and is where the focus goes back to. */
  readonly labelledBy: string;
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

/** The open menu; loaded when somebody is about to open one. */
export function MenuList({
  id,
  labelledBy,
  trigger,
  entries,
  selected,
  selection,
  onChoose,
  onClose,
}: MenuListProps) {
  return (
    <Popover
      aria-labelledby={labelledBy}
      triggerRef={trigger}
      isOpen
      onOpenChange={onClose}
      className={styles.popover ?? ''}
      placement="bottom end"
    >
      <Menu
        id={id}
        aria-labelledby={labelledBy}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- a menu has the focus while it is open
        autoFocus="first"
        className={styles.menu ?? ''}
        items={entries}
        onAction={(key) => onChoose(String(key))}
        onClose={onClose}
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
                {entry.count === undefined ? null : (
                  <span className={styles.count}> {formatNumber(entry.count)}</span>
                )}
              </>
            )}
          </MenuItem>
        )}
      </Menu>
    </Popover>
  );
}
