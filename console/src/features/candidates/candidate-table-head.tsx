import { type Ref, useEffect, useRef } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';
import { Icon } from '../../ui/icon.tsx';
import { type CandidateFilters, type CandidateSort, omit } from './candidate-filters.ts';
import styles from './candidate-table.module.css';
import type { Column } from './columns.ts';
import { type Selection, startHindrance } from './selection.ts';

interface HeadProps {
  readonly ref: Ref<HTMLTableSectionElement>;
  readonly rows: readonly CandidateSummary[];
  readonly columns: readonly Column[];
  readonly filters: CandidateFilters;
  readonly onFilter: (filters: CandidateFilters) => void;
  readonly selection: Selection;
  readonly onSelectAll: (rows: readonly CandidateSummary[]) => void;
}

export function CandidateTableHead({
  ref,
  rows,
  columns,
  filters,
  onFilter,
  selection,
  onSelectAll,
}: HeadProps) {
  const sort = filters.sort ?? 'id';
  const sortBy = (next: CandidateSort) =>
    onFilter(next === 'id' ? omit(filters, 'sort') : { ...filters, sort: next });
  const startable = rows.filter((row) => startHindrance(row) === undefined);
  const areAll = startable.length > 0 && startable.every((row) => selection.has(row.id));
  return (
    <thead ref={ref} role="rowgroup" className={styles.head}>
      <tr role="row" className={styles.headRow}>
        <th role="columnheader" scope="col">
          <AllBox
            areAll={areAll}
            areSome={selection.size > 0 && !areAll}
            isDisabled={startable.length === 0}
            onToggle={() => onSelectAll(areAll ? [] : startable)}
          />
        </th>
        <SortableHead label="Candidate" sort={sort} up="id" down="-id" onSort={sortBy} />
        <th role="columnheader" scope="col">
          State
        </th>
        {columns.map((column) =>
          column.id === 'since' ? (
            <SortableHead
              key={column.id}
              label={column.label}
              sort={sort}
              up="since"
              down="-since"
              onSort={sortBy}
            />
          ) : (
            <th key={column.id} role="columnheader" scope="col" data-column={column.id}>
              {column.label}
            </th>
          ),
        )}
        <th role="columnheader" scope="col">
          <span className="visually-hidden">Actions</span>
        </th>
      </tr>
    </thead>
  );
}

interface SortableHeadProps {
  readonly label: string;
  readonly sort: CandidateSort;
  readonly up: CandidateSort;
  readonly down: CandidateSort;
  readonly onSort: (sort: CandidateSort) => void;
}

function SortableHead({ label, sort, up, down, onSort }: SortableHeadProps) {
  const direction = sort === up ? 'ascending' : sort === down ? 'descending' : 'none';
  return (
    <th role="columnheader" scope="col" aria-sort={direction}>
      <button type="button" className={styles.sort} onClick={() => onSort(sort === up ? down : up)}>
        {label}
        {direction === 'none' ? null : (
          <Icon name={direction === 'ascending' ? 'sortUp' : 'sortDown'} size={12} />
        )}
      </button>
    </th>
  );
}

interface AllBoxProps {
  readonly areAll: boolean;
  readonly areSome: boolean;
  readonly isDisabled: boolean;
  readonly onToggle: () => void;
}

function AllBox({ areAll, areSome, isDisabled, onToggle }: AllBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = areSome;
  }, [areSome]);
  return (
    <input
      ref={box}
      type="checkbox"
      className={styles.box}
      aria-label="Select every loaded candidate that can be started"
      checked={areAll}
      disabled={isDisabled}
      onChange={onToggle}
    />
  );
}
