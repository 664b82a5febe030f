import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';
import { candidateLook, runStateLook, statusLook } from '../../shared/state-look.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ValueChip } from '../../ui/chip.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import cells from './candidate-cell.module.css';
import { CandidateCell } from './candidate-cell.tsx';
import { type CandidateFilters, omit, withLabel } from './candidate-filters.ts';
import { CandidateName } from './candidate-name.tsx';
import styles from './candidate-row.module.css';
import table from './candidate-table.module.css';
import { type Column, isFurther } from './columns.ts';
import { startHindrance } from './selection.ts';

interface CandidateRowProps {
  readonly migrationId: string;
  readonly row: CandidateSummary;
  readonly index: number;
  /** Where rows differ in height. */
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
  readonly offset: number;
  readonly columns: readonly Column[];
  /** As the migration announces them: the first are seen where there is little room. */
  readonly labelKeys: readonly string[];
  readonly isSelected: boolean;
  readonly onSelect: (row: CandidateSummary) => void;
  readonly onHold: (index: number) => void;
  readonly filters: CandidateFilters;
  readonly onFilter: (filters: CandidateFilters) => void;
  readonly canPreview: boolean;
  readonly onStart: (row: CandidateSummary) => void;
}

/** Reads like a sentence: who, in which state and why, where in the steps, waiting on whom, since when. */
export const CandidateRow = memo(function CandidateRow(props: CandidateRowProps) {
  const { migrationId, row, index, columns, filters, onFilter } = props;
  const params = { migrationId, candidateId: row.id };
  const labels = labelsInOrder(row, props.labelKeys);
  return (
    <tr
      ref={props.measure}
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-selected={props.isSelected || undefined}
      className={styles.row}
      style={{ transform: `translateY(${props.offset}px)` }}
      onFocus={() => props.onHold(index)}
    >
      <td role="cell" className={styles.pick}>
        <input
          type="checkbox"
          className={table.box}
          aria-label={`Select ${row.id}`}
          checked={props.isSelected}
          onChange={() => props.onSelect(row)}
        />
      </td>
      <th role="rowheader" scope="row" className={styles.name}>
        <CandidateName migrationId={migrationId} candidateId={row.id} />
        {labels.length === 0 ? null : (
          <span className={styles.labels} title={labels.map((label) => label.join(' ')).join(', ')}>
            {labels.map(([key, value]) => (
              <ValueChip
                key={key}
                name={key}
                value={value}
                onPick={() => onFilter(withLabel(filters, key, value))}
              />
            ))}
          </span>
        )}
      </th>
      <td role="cell" className={styles.state}>
        <button
          type="button"
          className={cells.filterBy}
          title={`Filter by ${filterWord(row).toLowerCase()}`}
          onClick={() => onFilter(withStateOf(filters, row))}
        >
          <StateBadge {...candidateLook(row)} />
        </button>
        {row.goneAt === undefined ? null : <span className={styles.gone}>not seen any more</span>}
        {row.pauseRequested === true ? <span className={styles.gone}>pause asked for</span> : null}
        {row.reason === undefined ? null : (
          <span className={styles.reason} title={row.reason}>
            {row.reason}
          </span>
        )}
      </td>
      {columns.map((column) => (
        <td
          key={column.id}
          role="cell"
          data-column={column.id}
          data-further={isFurther(column) ? column.label : undefined}
          className={styles.cell}
        >
          <CandidateCell column={column} row={row} filters={filters} onFilter={onFilter} />
        </td>
      ))}
      <td role="cell" className={styles.actions}>
        {startHindrance(row) === undefined ? (
          <>
            {props.canPreview ? (
              <Link
                to="/migrations/$migrationId/candidates/$candidateId/preview"
                params={params}
                className={buttonClass({ look: 'quiet', size: 'small' })}
                aria-label={`Preview ${row.id}`}
              >
                Preview
              </Link>
            ) : null}
            <button
              type="button"
              className={buttonClass({ size: 'small' })}
              aria-label={`Start ${row.id}`}
              onClick={() => props.onStart(row)}
            >
              Start
            </button>
          </>
        ) : null}
      </td>
    </tr>
  );
});

/** Narrowed to what this row is in. */
function withStateOf(filters: CandidateFilters, { status, runState }: CandidateSummary): CandidateFilters {
  const rest = omit(omit(filters, 'runState'), 'status');
  return runState === undefined ? { ...rest, status } : { ...rest, runState: [runState] };
}

function labelsInOrder({ labels }: CandidateSummary, labelKeys: readonly string[]): [string, string][] {
  const place = (key: string) => (labelKeys.includes(key) ? labelKeys.indexOf(key) : labelKeys.length);
  return Object.entries(labels).sort(([one], [other]) => place(one) - place(other));
}

/** What one may be told apart from what is filtered by: an overdue approval is among those that are awaited. */
function filterWord({ runState, status }: CandidateSummary): string {
  return (runState === undefined ? statusLook[status] : runStateLook[runState]).word;
}
