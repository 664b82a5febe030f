import type { InspectionEntry } from '../../../shared/contract.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { formatExact, formatNumber } from '../../../ui/format.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { StateShape } from '../../../ui/state-shape.tsx';
import { RelativeTime } from '../../../ui/time.tsx';
import { kindWords } from './inspection-kinds.ts';
import styles from './inspection-list.module.css';
import { entryKey } from './inspection-log.ts';

interface InspectionListProps {
  readonly entries: readonly InspectionEntry[];
  readonly hasOlder: boolean;
  readonly onLoadOlder: () => Promise<void>;
}

/** The history of a run in words. */
export function InspectionList({ entries, hasOlder, onLoadOlder }: InspectionListProps) {
  const hasParts = entries.some(({ part }) => part !== entries[0]?.part);
  return (
    <>
      {entries.length === 0 && !hasOlder ? (
        <EmptyState title="No event of these kinds">Choose other kinds above.</EmptyState>
      ) : (
        <table role="table" className={styles.table}>
          <caption className="visually-hidden">Events of the history, the newest first</caption>
          <thead role="rowgroup" className="visually-hidden">
            <tr role="row">
              {['When', 'Kind', 'What', 'Event'].map((name) => (
                <th key={name} role="columnheader" scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {entries.map((entry) => (
              <Entry key={entryKey(entry)} entry={entry} hasParts={hasParts} />
            ))}
          </tbody>
        </table>
      )}
      {hasOlder ? <LoadMore onLoad={onLoadOlder}>Load older events</LoadMore> : null}
    </>
  );
}

interface EntryProps {
  readonly entry: InspectionEntry;
  readonly hasParts: boolean;
}

function Entry({ entry, hasParts }: EntryProps) {
  const { at, kind, text, isProblem, until, bytes, part, eventId } = entry;
  return (
    <tr role="row" className={styles.row} data-problem={isProblem || undefined} data-kind={kind}>
      <td role="cell" className={styles.when}>
        <RelativeTime at={at} />
      </td>
      <td role="cell" className={styles.kind}>
        {kindWords[kind]}
      </td>
      <td role="cell" className={styles.what}>
        {isProblem ? (
          <>
            <StateShape shape="cross" size={12} /> <span className="visually-hidden">Problem: </span>
          </>
        ) : null}
        {text}
        {until === undefined ? null : (
          <span className={styles.soft}>
            {' '}
            Until <time dateTime={until}>{formatExact(until)}</time>.
          </span>
        )}
        {bytes === undefined ? null : (
          <span className={styles.soft} title="Size of the payload, which is not shown">
            {' '}
            {formatNumber(bytes)} bytes
          </span>
        )}
      </td>
      <td role="cell" className={styles.id}>
        {hasParts ? `${part}.` : '#'}
        {eventId}
      </td>
    </tr>
  );
}
