import { type FormEvent, useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import box from '../ui/filter-box.module.css';
import { Icon } from '../ui/icon.tsx';
import styles from './fact-filter-form.module.css';

interface FactChoice {
  readonly value: string;
  readonly word: string;
}

export interface FilterFact<Name extends string> {
  readonly name: Name;
  readonly word: string;
  /** What stands between the word and the value; "is" when left out. */
  readonly verb?: string;
  /** A time, which is given as UTC with milliseconds; typed as the clock on the wall has it. */
  readonly isTime?: boolean;
  /** Where there are few values, with their words; any text otherwise. */
  readonly choices?: readonly FactChoice[];
  /** Values that are offered while another is typed. */
  readonly suggestions?: readonly FactChoice[];
}

interface FactFilterFormProps<Name extends string> {
  /** What is filtered, such as "events". */
  readonly what: string;
  readonly facts: readonly FilterFact<Name>[];
  readonly onAdd: (name: Name, value: string) => void;
}

/** Which fact, and what it is to be; together they make one filter. */
export function FactFilterForm<Name extends string>({ what, facts, onAdd }: FactFilterFormProps<Name>) {
  const [index, setIndex] = useState(0);
  const [value, setValue] = useState('');
  const listId = useId();
  const fact = facts[index];
  if (fact === undefined) return null;
  const chosen = value.trim();
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === '') return;
    onAdd(fact.name, fact.isTime === true ? new Date(chosen).toISOString() : chosen);
    setValue('');
  };
  const label = `${fact.word} to show`;
  return (
    <form className={box.box} onSubmit={add} aria-label={`Filter ${what}`}>
      <select
        aria-label="Fact"
        className={box.name}
        value={index}
        onChange={(event) => {
          setIndex(Number(event.target.value));
          setValue('');
        }}
      >
        {facts.map(({ name, word }, place) => (
          <option key={name} value={place}>
            {word}
          </option>
        ))}
      </select>
      <span aria-hidden="true">{fact.verb ?? 'is'}</span>
      {fact.choices === undefined ? (
        <input
          key={fact.isTime === true ? 'time' : 'text'}
          type={fact.isTime === true ? 'datetime-local' : 'text'}
          aria-label={label}
          placeholder="value"
          list={fact.suggestions === undefined ? undefined : listId}
          data-page-search=""
          className={`${box.field} ${fact.isTime === true ? styles.time : styles.text}`}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      ) : (
        <select
          aria-label={label}
          data-page-search=""
          className={`${box.field} ${styles.choice}`}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        >
          <option value="">value</option>
          {fact.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.word}
            </option>
          ))}
        </select>
      )}
      {fact.suggestions === undefined ? null : (
        <datalist id={listId}>
          {fact.suggestions.map((suggestion) => (
            <option key={suggestion.value} value={suggestion.value}>
              {suggestion.word}
            </option>
          ))}
        </datalist>
      )}
      <Button type="submit" look="quiet" size="small">
        <Icon name="plus" size={14} />
        Add filter
      </Button>
    </form>
  );
}
