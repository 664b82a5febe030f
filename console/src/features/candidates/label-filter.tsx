import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import box from '../../ui/filter-box.module.css';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import styles from './label-filter.module.css';
import { labelValuesQuery } from './label-values-query.ts';

interface LabelFilterProps {
  readonly migrationId: string;
  readonly labelKeys: readonly string[];
  /** The value of a label key that is filtered by. */
  readonly chosen: (key: string) => string | undefined;
  readonly onAdd: (key: string, value: string) => void;
}

/** Entries of the menu: an index of a value, or that another one is to be typed. */
const other = 'other';

/** Filters by a label: its values are offered with how many candidates have each, and any other can be typed. */
export function LabelFilter({ migrationId, labelKeys, chosen, onAdd }: LabelFilterProps) {
  const { data } = useQuery(labelValuesQuery(migrationId));
  const [key, setKey] = useState(labelKeys[0] ?? '');
  const [isTyping, setTyping] = useState(false);
  const label = data?.items.find((one) => one.key === key);
  const values = label?.values ?? [];
  const selected = values.findIndex(({ value }) => value === chosen(key));
  const choose = (id: string) => {
    const found = values[Number(id)];
    if (id === other || found === undefined) setTyping(true);
    else onAdd(key, found.value);
  };
  return (
    <div className={box.box} role="group" aria-label="Filter by label">
      {labelKeys.length === 1 ? (
        <span className={box.name}>{key}</span>
      ) : (
        <select
          aria-label="Label"
          className={`${box.name} ${styles.key}`}
          value={key}
          onChange={(event) => {
            setKey(event.target.value);
            setTyping(false);
          }}
        >
          {labelKeys.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <span>is</span>
      {label?.filterable === false ? (
        <span className={styles.none}>one of too many values to filter by</span>
      ) : isTyping ? (
        <TypedValue
          labelKey={key}
          onAdd={(value) => {
            onAdd(key, value);
            setTyping(false);
          }}
        />
      ) : (
        <Menu
          label={chosen(key) ?? 'any value'}
          name={`Value of label ${key}`}
          look="quiet"
          selection="single"
          selected={new Set(selected < 0 ? [] : [String(selected)])}
          entries={[
            ...values.map(({ value, count }, index) => ({
              id: String(index),
              label: value === '' ? 'an empty value' : value,
              count,
            })),
            { id: other, label: 'Another value…' },
          ]}
          onChoose={choose}
        />
      )}
    </div>
  );
}

interface TypedValueProps {
  readonly labelKey: string;
  readonly onAdd: (value: string) => void;
}

function TypedValue({ labelKey, onAdd }: TypedValueProps) {
  const [value, setValue] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== '') onAdd(value.trim());
  };
  return (
    <form onSubmit={add} className={styles.typed}>
      <input
        ref={focusOnce}
        className={box.field}
        aria-label={`Value of label ${labelKey}`}
        placeholder="value"
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" look="quiet" size="small" aria-label="Add label filter">
        <Icon name="plus" size={14} />
        Add
      </Button>
    </form>
  );
}

/** It appears where a person asked for it. */
function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}
