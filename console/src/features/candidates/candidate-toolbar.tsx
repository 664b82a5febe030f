import { useCallback, useId, useState } from 'react';
import type { CandidateStatus, Migration } from '../../shared/contract.ts';
import { runStateLook, runStates, statuses, statusLook, whoWords } from '../../shared/state-look.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { FilterChip, ToggleChip } from '../../ui/chip.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import {
  activeFilters,
  type CandidateFilters,
  omit,
  sorts,
  splitLabel,
  waitedFor,
  withLabel,
  withRunState,
  withWho,
} from './candidate-filters.ts';
import styles from './candidate-toolbar.module.css';
import type { Column } from './columns.ts';
import { csvAddress } from './csv-address.ts';
import { LabelFilter } from './label-filter.tsx';

interface CandidateToolbarProps {
  readonly migration: Migration;
  readonly filters: CandidateFilters;
  readonly onChange: (filters: CandidateFilters, isTyped?: boolean) => void;
  readonly total: number | undefined;
  readonly columns: readonly Column[];
  readonly shown: ReadonlySet<string>;
  readonly onToggleColumn: (id: string) => void;
}

const sortWords = {
  id: 'Name, A to Z',
  '-id': 'Name, Z to A',
  since: 'Longest in its state first',
  '-since': 'Changed last first',
} as const;

export function CandidateToolbar({
  migration,
  filters,
  onChange,
  total,
  columns,
  shown,
  onToggleColumn,
}: CandidateToolbarProps) {
  const { counts } = migration;
  // Where there is little room, what is used now and then is folded away.
  const [isOpen, setOpen] = useState(false);
  const foldId = useId();
  const search = useCallback(
    (q: string) => onChange(q === '' ? omit(filters, 'q') : { ...filters, q }, true),
    [filters, onChange],
  );
  const toggleStatus = (status: CandidateStatus) =>
    onChange(
      filters.status === status
        ? omit(filters, 'status')
        : { ...omit(omit(filters, 'runState'), 'status'), status },
    );
  const occurring = runStates.filter(
    (state) => (counts.runState[state] ?? 0) > 0 || filters.runState?.includes(state),
  );
  const active = activeFilters(filters);

  return (
    <div className={styles.toolbar} data-open={isOpen || undefined}>
      <div className={styles.line}>
        <SearchField label="Search candidates" value={filters.q ?? ''} onChange={search} />
        <span className={styles.fold}>
          <Button aria-expanded={isOpen} aria-controls={foldId} onPress={() => setOpen(!isOpen)}>
            Filter and sort
            <Icon name={isOpen ? 'down' : 'right'} size={12} />
          </Button>
        </span>
        <div id={foldId} className={styles.folded}>
          {migration.labelKeys.length === 0 ? null : (
            <LabelFilter
              migrationId={migration.id}
              labelKeys={migration.labelKeys}
              chosen={(key) => filters.label?.map(splitLabel).find((label) => label.key === key)?.value}
              onAdd={(key, value) => onChange(withLabel(filters, key, value))}
            />
          )}
          <Menu
            label="Waiting on"
            selected={new Set(filters.who)}
            entries={waitedFor.map((id) => ({ id, label: whoWords[id] }))}
            onChoose={(id) => {
              const who = waitedFor.find((known) => known === id);
              if (who !== undefined) onChange(withWho(filters, who));
            }}
          />
          <div className={styles.views}>
            <Menu
              label="Sort"
              look="quiet"
              selection="single"
              selected={new Set([filters.sort ?? 'id'])}
              entries={sorts.map((id) => ({ id, label: sortWords[id] }))}
              onChoose={(id) => {
                const sort = sorts.find((known) => known === id);
                onChange(sort === undefined || sort === 'id' ? omit(filters, 'sort') : { ...filters, sort });
              }}
            />
            <Menu
              label="Columns"
              look="quiet"
              selected={shown}
              entries={columns.map(({ id, label }) => ({ id, label }))}
              onChoose={onToggleColumn}
            />
            <a
              href={csvAddress(migration.id, filters)}
              className={buttonClass({ look: 'quiet' })}
              title={total === undefined ? undefined : `${formatCount(total, 'candidate')} as CSV`}
              download
            >
              Export CSV
            </a>
          </div>
        </div>
      </div>
      <div className={styles.chips} role="group" aria-label="Filter by status or run state">
        {statuses.map((status) => (
          <ToggleChip key={status} isOn={filters.status === status} onToggle={() => toggleStatus(status)}>
            {statusLook[status].word}{' '}
            <span className={styles.count}>{formatNumber(counts.status[status])}</span>
          </ToggleChip>
        ))}
        {occurring.length === 0 ? null : <span className={styles.rule} aria-hidden="true" />}
        {occurring.map((state) => (
          <ToggleChip
            key={state}
            isOn={filters.runState?.includes(state) === true}
            onToggle={() => onChange(withRunState(filters, state))}
          >
            <StateBadge {...runStateLook[state]} />
            <span className={styles.count}>{formatNumber(counts.runState[state] ?? 0)}</span>
          </ToggleChip>
        ))}
      </div>
      <div className={styles.active}>
        <p role="status" className={styles.total}>
          {total === undefined ? '' : formatCount(total, 'candidate')}
          {total !== undefined && total !== migration.total ? ` of ${formatNumber(migration.total)}` : ''}
        </p>
        {active.map(({ phrase, without }) => (
          <FilterChip key={phrase} phrase={phrase} onRemove={() => onChange(without)} />
        ))}
        {active.length > 1 ? (
          <Button
            look="quiet"
            size="small"
            onPress={() => onChange(filters.sort === undefined ? {} : { sort: filters.sort })}
          >
            Clear all
          </Button>
        ) : null}
        {migration.gone > 0 && filters.gone === undefined ? (
          <Button look="quiet" size="small" onPress={() => onChange({ ...filters, gone: 'true' })}>
            {formatNumber(migration.gone)} not seen by the last discovery
          </Button>
        ) : null}
      </div>
    </div>
  );
}
