import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { FactFilterForm, type FilterFact } from '../../shared/fact-filter-form.tsx';
import { healthQuery } from '../../shared/health-query.ts';
import { LiveToggle } from '../../shared/live-toggle.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import { useTail } from '../../shared/use-tail.ts';
import { useTitle } from '../../shared/use-title.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { FilterChip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import styles from './deliveries-page.module.css';
import { deliveriesPerPage, deliveriesReader } from './delivery-queries.ts';
import {
  type DeliveryFilter,
  type DeliveryFilters,
  type DeliverySearch,
  deliveryFilters,
} from './delivery-search.ts';
import { DeliveryTable } from './delivery-table.tsx';
import { directionWords, operationWords, outcomes } from './delivery-words.ts';

const DeliveryDrawer = lazy(() =>
  import('./delivery-drawer.tsx').then((module) => ({ default: module.DeliveryDrawer })),
);
const TestCallbackDialog = lazy(() =>
  import('./test-callback-dialog.tsx').then((module) => ({ default: module.TestCallbackDialog })),
);

const choicesOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, word]) => ({ value, word }));

const words: Readonly<Record<DeliveryFilter, Omit<FilterFact<DeliveryFilter>, 'name'>>> = {
  outcome: { word: 'Outcome', choices: outcomes },
  operation: { word: 'Operation', choices: choicesOf(operationWords) },
  direction: { word: 'Direction', choices: choicesOf(directionWords) },
  workerApp: { word: 'Worker' },
  migrationId: { word: 'Migration' },
  candidateId: { word: 'Candidate' },
  run: { word: 'Run' },
  traceId: { word: 'Trace' },
};
const facts = deliveryFilters.map((name) => ({ name, ...words[name] }));

/** What was said to workers and by them, and what became of it. */
export function DeliveriesPage() {
  useTitle('Deliveries');
  const { delivery, live, ...filters } = useSearch({ from: '/deliveries' });
  const navigate = useNavigate({ from: '/deliveries' });
  const isLive = live === undefined;
  const setSearch = (next: DeliverySearch) =>
    void navigate({ search: { ...next, ...(live !== undefined && { live }) }, resetScroll: false });
  const { data: health } = useQuery(healthQuery);
  const [isTesting, setTesting] = useState(false);
  const { query, loadOlder } = useTail({
    ...{
      queryKey: ['listDeliveries', filters],
      read: deliveriesReader(filters),
      pageLimit: deliveriesPerPage,
      isLive,
    },
  });
  const active = deliveryFilters.filter((name) => filters[name] !== undefined);
  const without = (name: DeliveryFilter): DeliveryFilters => {
    const { [name]: _, ...rest } = filters;
    return rest;
  };
  return (
    <Page
      title="Deliveries"
      beside={
        <div className={styles.beside}>
          <Link to="/timeline" className={buttonClass({ look: 'quiet' })}>
            Timeline of an id
          </Link>
          {health?.testCallbacks === true ? (
            <Button onPress={() => setTesting(true)}>Send a test callback…</Button>
          ) : null}
        </div>
      }
      below={
        <p className={styles.lead}>
          Every HTTP exchange with workers: dispatches, cancels, dry runs, checks of their bases and
          discoveries out, callbacks and refused announcements in. Kept for seven days.
        </p>
      }
    >
      <div className={styles.filters}>
        <FactFilterForm
          what="deliveries"
          facts={facts}
          onAdd={(name, value) => setSearch({ ...filters, [name]: value })}
        />
        {active.map((name) => (
          <FilterChip
            key={name}
            phrase={`${words[name].word} is ${wordOf(name, filters[name] ?? '')}`}
            onRemove={() => setSearch(without(name))}
          />
        ))}
        {active.length > 1 ? (
          <Button look="quiet" size="small" onPress={() => setSearch({})}>
            Clear all
          </Button>
        ) : null}
        <div className={styles.ways}>
          <LiveToggle
            isLive={isLive}
            onChange={(wanted) =>
              void navigate({ search: wanted ? filters : { ...filters, live: 'off' }, resetScroll: false })
            }
          />
        </div>
      </div>
      <QueryView query={query} what="the deliveries" lines={10}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <None isFiltered={active.length > 0} onClear={() => setSearch({})} />
          ) : (
            <>
              <DeliveryTable items={items} />
              {nextCursor === undefined ? null : (
                <LoadMore onLoad={loadOlder}>Load older deliveries</LoadMore>
              )}
            </>
          )
        }
      </QueryView>
      <Suspense>
        {delivery === undefined ? null : (
          <DeliveryDrawer key={delivery} id={delivery} onClose={() => setSearch(filters)} />
        )}
        {isTesting ? (
          <TestCallbackDialog
            migrationId={filters.migrationId}
            candidateId={filters.candidateId}
            onClose={() => setTesting(false)}
          />
        ) : null}
      </Suspense>
    </Page>
  );
}

function wordOf(name: DeliveryFilter, value: string): string {
  return words[name].choices?.find((choice) => choice.value === value)?.word ?? value;
}

function None({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  return isFiltered ? (
    <EmptyState
      title="No delivery fits these filters"
      actions={<Button onPress={onClear}>Clear the filters</Button>}
    />
  ) : (
    <EmptyState title="Nothing was said yet">
      Start a run: its dispatches and what its workers call back appear here.
    </EmptyState>
  );
}
