import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './activity-filter-form.module.css';
import { type ActivityFilter, activityFilters } from './activity-search.ts';

export const filterWords: Readonly<Record<ActivityFilter, string>> = {
  migrationId: 'Migration',
  candidateId: 'Candidate',
  run: 'Run',
  type: 'Type',
  actor: 'Actor',
  traceId: 'Trace',
};

interface ActivityFilterFormProps {
  readonly onAdd: (name: ActivityFilter, value: string) => void;
}

/** Which fact, and what it is to be; together they make one filter. */
export function ActivityFilterForm({ onAdd }: ActivityFilterFormProps) {
  const [name, setName] = useState<ActivityFilter>('migrationId');
  const [value, setValue] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() === '') return;
    onAdd(name, value.trim());
    setValue('');
  };
  return (
    <form className={styles.form} onSubmit={add} aria-label="Filter events">
      <select
        aria-label="Fact"
        value={name}
        onChange={(event) =>
          setName(activityFilters.find((known) => known === event.target.value) ?? 'migrationId')
        }
      >
        {activityFilters.map((known) => (
          <option key={known} value={known}>
            {filterWords[known]}
          </option>
        ))}
      </select>
      <span aria-hidden="true">is</span>
      <input
        aria-label={`${filterWords[name]} to show`}
        placeholder="value"
        data-page-search=""
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" look="quiet" size="small">
        <Icon name="plus" size={14} />
        Add filter
      </Button>
    </form>
  );
}
