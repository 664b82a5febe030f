import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import { FollowedRows } from '../../shared/followed-rows.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { FilterChip, ToggleChip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { deadLettersQuery } from './dead-letter-queries.ts';
import type { DeadLetterSearch } from './dead-letter-search.ts';
import { DeadLetterTable } from './dead-letter-table.tsx';
import { kindWords } from './dead-letter-words.ts';
import styles from './dead-letters-page.module.css';

const DeadLetterDrawer = lazy(() =>
  import('./dead-letter-drawer.tsx').then((module) => ({ default: module.DeadLetterDrawer })),
);

/** What could not be used: why, of which run, and what to do with it. */
export function DeadLettersPage() {
  useTitle('Dead letters');
  const search = useSearch({ from: '/dead-letters' });
  const { letter, ...filters } = search;
  const navigate = useNavigate({ from: '/dead-letters' });
  const setSearch = (next: DeadLetterSearch) => void navigate({ search: next, resetScroll: false });
  const query = useInfiniteQuery(deadLettersQuery(filters));
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page
      title="Dead letters"
      below={
        <p className={styles.lead}>
          Callbacks that no run could take, steps that were given up after too many deliveries, and webhooks
          that a worker could not use. Each waits here until somebody requeues or drops it.
        </p>
      }
    >
      <FollowedRows>
        <QueryView query={query} what="the dead letters" lines={8}>
          {({ items, total }) => (
            <div className={styles.letters}>
              <Filters
                filters={filters}
                kinds={[...new Set(items.map(({ kind }) => kind))]}
                shown={items.length}
                total={total}
                onChange={setSearch}
              />
              {items.length === 0 && !query.hasNextPage ? (
                <None isFiltered={isFiltered} onClear={() => setSearch({})} />
              ) : (
                <DeadLetterTable items={items} />
              )}
              {query.hasNextPage ? (
                <LoadMore onLoad={query.fetchNextPage} progress={{ shown: items.length, total }}>
                  Load more
                </LoadMore>
              ) : null}
            </div>
          )}
        </QueryView>
      </FollowedRows>
      <Suspense>
        {letter === undefined ? null : (
          <DeadLetterDrawer key={letter} id={letter} onClose={() => setSearch(filters)} />
        )}
      </Suspense>
    </Page>
  );
}

interface FiltersProps {
  readonly filters: DeadLetterSearch;
  /** Those on screen. */
  readonly kinds: readonly string[];
  readonly shown: number;
  /** Of all, whatever the filters. */
  readonly total: number;
  readonly onChange: (filters: DeadLetterSearch) => void;
}

function Filters({ filters: { kind, migrationId }, kinds, shown, total, onChange }: FiltersProps) {
  const offered = kind === undefined ? kinds : [kind];
  const ofMigration = migrationId === undefined ? {} : { migrationId };
  const isOffered = kind !== undefined || kinds.length > 1;
  const isFiltered = kind !== undefined || migrationId !== undefined;
  if (total === 0 && !isFiltered) return null;
  return (
    <div className={styles.filters}>
      <p className={styles.count} role="status">
        {isFiltered ? `${formatNumber(shown)} of ` : ''}
        {formatCount(total, 'dead letter')}
      </p>
      {isOffered
        ? offered.map((one) => (
            <ToggleChip
              key={one}
              isOn={kind === one}
              onToggle={() => onChange({ ...ofMigration, ...(kind !== one && { kind: one }) })}
            >
              {kindWords(one).name}
            </ToggleChip>
          ))
        : null}
      {migrationId === undefined ? null : (
        <FilterChip
          phrase={`Migration is ${migrationId}`}
          onRemove={() => onChange(kind === undefined ? {} : { kind })}
        />
      )}
    </div>
  );
}

function None({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState
        title="No dead letter fits these filters"
        actions={<Button onPress={onClear}>Clear the filters</Button>}
      />
    );
  }
  return (
    <EmptyState title="No dead letters">
      Every callback found its run, and no step was given up. There is nothing to do here.
    </EmptyState>
  );
}
