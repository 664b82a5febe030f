import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { singleKeys } from '../shared/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { CheckboxField } from '../ui/field.tsx';
import styles from './keyboard-help.module.css';

const keys = [
  ['Ctrl K', 'Search or jump to anything'],
  ['/', 'Search on this page'],
  ['j  k', 'Next or previous row'],
  ['x', 'Select the row'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close, or clear the selection'],
  ['?', 'Show these keys'],
] as const;

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const [areOn, setOn] = useState(singleKeys.areOn);
  return (
    <Dialog title="Keys" isOpen onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split('  ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <CheckboxField
        label="Single keys"
        description="Switch them off where speech input or another tool presses keys by itself. Ctrl K stays."
        isChecked={areOn}
        onChange={(isOn) => {
          singleKeys.set(isOn);
          setOn(isOn);
        }}
      />
      <p className={styles.more}>
        <Link to="/components" onClick={onClose}>
          All components in all states
        </Link>
      </p>
    </Dialog>
  );
}
