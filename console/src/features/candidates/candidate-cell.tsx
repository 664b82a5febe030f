import type { CandidateSummary } from '../../shared/contract.ts';
import { pullRequestName, pullRequestPlace } from '../../shared/pull-request-name.ts';
import { candidateLook, whoWords } from '../../shared/state-look.ts';
import { formatNumber } from '../../ui/format.ts';
import { StepThread } from '../../ui/step-thread.tsx';
import { Age, RelativeTime } from '../../ui/time.tsx';
import styles from './candidate-cell.module.css';
import { type CandidateFilters, withLabel } from './candidate-filters.ts';
import type { Column } from './columns.ts';

interface CandidateCellProps {
  readonly column: Column;
  readonly row: CandidateSummary;
  readonly filters: CandidateFilters;
  readonly onFilter: (filters: CandidateFilters) => void;
}

/** What a chosen column shows of a candidate; clicking a value filters by it. */
export function CandidateCell({ column, row, filters, onFilter }: CandidateCellProps) {
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
