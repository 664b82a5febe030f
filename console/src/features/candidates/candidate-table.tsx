import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CandidateSummary } from '../../shared/contract.ts';
import { useShortcut } from '../../shared/shortcuts.ts';
import { formatNumber } from '../../ui/format.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { useWidth } from '../../ui/use-width.ts';
import type { CandidateFilters } from './candidate-filters.ts';
import { CandidateRow } from './candidate-row.tsx';
import styles from './candidate-table.module.css';
import { CandidateTableHead } from './candidate-table-head.tsx';
import { type Column, isFurther, leastRem } from './columns.ts';
import type { Selection } from './selection.ts';
import { useScrollTogether } from './use-scroll-together.ts';

interface CandidateTableProps {
  readonly migrationId: string;
  readonly rows: readonly CandidateSummary[];
  readonly total: number;
  readonly hasMore: boolean;
  /** The rows are those of the filters before, until the new ones are there. */
  readonly isOutdated: boolean;
  readonly filters: CandidateFilters;
  readonly onFilter: (filters: CandidateFilters) => void;
  readonly columns: readonly Column[];
  readonly labelKeys: readonly string[];
  readonly selection: Selection;
  readonly onSelect: (row: CandidateSummary) => void;
  readonly onSelectAll: (rows: readonly CandidateSummary[]) => void;
  readonly canPreview: boolean;
  readonly onStart: (row: CandidateSummary) => void;
  readonly onSeeRows: (first: number, last: number) => void;
  readonly onNeedMore: () => Promise<void>;
}

const rowHeight = 58;
/** About; a card is as high as what it holds. */
const cardHeight = 112;
/** Rows that are still below when the next page is asked for. */
const ahead = 30;

/** Only the rows in sight are in the document; the next page loads before the last row comes into sight. */
export function CandidateTable(props: CandidateTableProps) {
  const { rows, total, hasMore, columns, onSeeRows, onNeedMore, selection, onSelect } = props;
  const head = useRef<HTMLTableSectionElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  useScrollTogether(head, body);
  const top = useDistanceFromTop(body);
  const isNarrow = useMediaQuery('(max-width: 45rem)');
  const height = isNarrow ? cardHeight : rowHeight;
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 10,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);

  const visible = virtualizer.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => onSeeRows(first, last), [first, last, onSeeRows]);
  useEffect(() => {
    if (hasMore && last >= rows.length - ahead) void onNeedMore();
  }, [hasMore, last, rows.length, onNeedMore]);

  const { current, moveBy, hold } = useCurrentRow(rows, (index) => virtualizer.scrollToIndex(index), body);
  useShortcut('j', () => moveBy(1));
  useShortcut('k', () => moveBy(-1));
  useShortcut('x', () => {
    const row = rows[current];
    if (row !== undefined) onSelect(row);
  });

  const widths = [
    ...['2.25rem', 'minmax(13rem, 1.7fr)', 'minmax(13rem, 2fr)'],
    ...columns.map(({ width }) => width),
    '9.5rem',
  ];
  // What has more to show than fits scrolls sideways by itself.
  const least = leastRem(widths);
  const { ref, width } = useWidth();
  const hasChosen = !isNarrow && columns.some(isFurther);
  const isWhole = useMediaQuery('(min-width: 72.0625rem)') || hasChosen;
  // Not in each frame of a scroll: to ask for it has the browser work out all styles at once.
  const remsThere = useMemo(() => width / pixelsPerRem(), [width]);
  const isWide = isWhole && !isNarrow && least > remsThere;
  const sizes = {
    '--columns': widths.join(' '),
    '--least': `${least}rem`,
    '--row': `${height}px`,
  };
  return (
    <table
      ref={ref}
      role="table"
      aria-label="Candidates"
      aria-rowcount={total + 1}
      className={styles.table}
      data-outdated={props.isOutdated || undefined}
      data-chosen={hasChosen || undefined}
      data-wide={isWide || undefined}
      style={sizes as CSSProperties}
    >
      <CandidateTableHead {...props} ref={head} />
      <tbody
        ref={body}
        role="rowgroup"
        className={styles.body}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {visible.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <CandidateRow
              key={row.id}
              migrationId={props.migrationId}
              row={row}
              index={item.index}
              measure={isNarrow ? virtualizer.measureElement : undefined}
              offset={item.start - top}
              columns={columns}
              labelKeys={props.labelKeys}
              isSelected={selection.has(row.id)}
              onSelect={onSelect}
              onHold={hold}
              filters={props.filters}
              onFilter={props.onFilter}
              canPreview={props.canPreview}
              onStart={props.onStart}
            />
          );
        })}
      </tbody>
      <caption className={styles.end}>
        {hasMore
          ? `${formatNumber(rows.length)} of ${formatNumber(total)} loaded; more load as you scroll.`
          : ''}
      </caption>
    </table>
  );
}

/** People may have larger letters; columns are as wide as theirs need. */
function pixelsPerRem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** How far down the page the rows begin. Measured when the page changes its size, not in every frame of a scroll. */
function useDistanceFromTop(body: { readonly current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const place = body.current?.getBoundingClientRect().top;
      if (place !== undefined) setTop(place + window.scrollY);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [body]);
  return top;
}

/** The row that the keyboard is at; its link has the focus, so enter opens it. */
function useCurrentRow(
  rows: readonly CandidateSummary[],
  scrollTo: (index: number) => void,
  body: { readonly current: HTMLElement | null },
) {
  const [current, setCurrent] = useState(-1);
  const wanted = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const link = body.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] [data-row-link]`);
    if (link === null || link === undefined) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  });
  const moveBy = (step: number) => {
    const next = Math.min(Math.max(current + step, 0), rows.length - 1);
    wanted.current = next;
    scrollTo(next);
    setCurrent(next);
  };
  return { current, moveBy, hold: setCurrent };
}
