import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';
import { pullRequestName, pullRequestPlace } from '../../shared/pull-request-name.ts';
import { candidateLook, whoWords } from '../../shared/state-look.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ValueChip } from '../../ui/chip.tsx';
import { formatNumber } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { StepThread } from '../../ui/step-thread.tsx';
import { Age, RelativeTime } from '../../ui/time.tsx';
import { type CandidateFilters, omit, withLabel } from './candidate-filters.ts';
import styles from './candidate-table.module.css';
import type { Column } from './columns.ts';
import { startHindrance } from './selection.ts';

interface CandidateRowProps {
  readonly migrationId: string;
  readonly row: CandidateSummary;
  readonly index: number;
  /** Where rows differ in height. */
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
  readonly offset: number;
  readonly columns: readonly Column[];
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
  const labels = Object.entries(row.labels);
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
          className={styles.box}
          aria-label={`Select ${row.id}`}
          checked={props.isSelected}
          onChange={() => props.onSelect(row)}
        />
      </td>
      <th role="rowheader" scope="row" className={styles.name}>
        <Link
          to="/migrations/$migrationId/candidates/$candidateId"
          params={params}
          className={styles.link}
          title={row.id}
          data-row-link=""
        >
          {row.id}
        </Link>
        {labels.length === 0 ? null : (
          <span className={styles.labels}>
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
          className={styles.filterBy}
          title={`Filter by ${candidateLook(row).word.toLowerCase()}`}
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
        <td key={column.id} role="cell" data-column={column.id} className={styles.cell}>
          <Cell column={column} row={row} filters={filters} onFilter={onFilter} />
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

type CellProps = Pick<CandidateRowProps, 'row' | 'filters' | 'onFilter'> & { readonly column: Column };

function Cell({ column, row, filters, onFilter }: CellProps) {
  const { labelKey, metadataKey } = column;
  if (metadataKey !== undefined) return <MetadataCell value={row.metadata[metadataKey]} />;
  if (labelKey !== undefined) {
    const value = row.labels[labelKey];
    return value === undefined ? null : (
      <button
        type="button"
        className={styles.filterBy}
        title={`Filter by ${labelKey} ${value}`}
        onClick={() => onFilter(withLabel(filters, labelKey, value))}
      >
        {value}
      </button>
    );
  }
  switch (column.id) {
    case 'step':
      return <StepCell row={row} />;
    case 'who': {
      const { who } = row;
      return who === undefined || who === 'nobody' ? null : (
        <button
          type="button"
          className={styles.filterBy}
          title={`Filter by waiting on ${whoWords[who]}`}
          onClick={() => onFilter({ ...filters, who: [who] })}
        >
          {whoWords[who]}
        </button>
      );
    }
    case 'attempt':
      return row.attempt === undefined ? null : formatNumber(row.attempt);
    case 'kind':
      return <span className={styles.clip}>{row.kind}</span>;
    case 'seen':
      return <RelativeTime at={row.lastSeen} />;
    case 'since':
      return row.since === undefined ? null : <Age at={row.since} />;
    case 'pr':
      return row.prUrl === undefined ? null : <PullRequestCell url={row.prUrl} />;
    default:
      return null;
  }
}

/** Where it is short of room the repository is cut, and the number never. */
function PullRequestCell({ url }: { readonly url: string }) {
  const { repository, number } = pullRequestPlace(url) ?? { repository: url, number: '' };
  return (
    <a
      href={url}
      rel="noreferrer"
      target="_blank"
      className={styles.pullRequest}
      title={pullRequestName(url)}
    >
      <span className={styles.clip}>{repository}</span>
      {number}
    </a>
  );
}

/** What is plain can be read in a cell; the rest is with the candidate. */
function MetadataCell({ value }: { readonly value: unknown }) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^https?:\/\//.test(value)) {
    return (
      <a href={value} rel="noreferrer" target="_blank" className={styles.clip} title={value}>
        {value.replace(/^https?:\/\//, '')}
      </a>
    );
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return (
    <span className={styles.clip} title={text}>
      {text}
    </span>
  );
}

function StepCell({ row }: { readonly row: CandidateSummary }) {
  if (row.status === 'completed') {
    return (
      <span className={styles.step}>
        <StepThread done={row.stepCount} total={row.stepCount} />
        <span className={styles.clip}>all {row.stepCount}</span>
      </span>
    );
  }
  if (row.stepIndex === undefined) {
    return (
      <span className={styles.step}>
        <StepThread done={0} total={row.stepCount} />
        <span className={styles.clip}>{row.stepCount} to come</span>
      </span>
    );
  }
  return (
    <span className={styles.step}>
      <StepThread done={row.stepIndex} total={row.stepCount} current={candidateLook(row).tone} />
      <span className={styles.clip} title={row.step}>
        {row.stepIndex + 1} of {row.stepCount} {row.step}
      </span>
    </span>
  );
}
