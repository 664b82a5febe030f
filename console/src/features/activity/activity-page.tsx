import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { api, apiBase } from '../../shared/api-client.ts';
import type { LoomEvent } from '../../shared/contract.ts';
import { type EventFact, EventTable } from '../../shared/event-table.tsx';
import { FactFilterForm, type FilterFact } from '../../shared/fact-filter-form.tsx';
import { readKept } from '../../shared/kept-read.ts';
import { LiveToggle } from '../../shared/live-toggle.tsx';
import { allMigrationsQuery } from '../../shared/migration-queries.ts';
import { QueryView } from '../../shared/query-view.tsx';
import type { ReadTail } from '../../shared/tail.ts';
import { useTail } from '../../shared/use-tail.ts';
import { useTitle } from '../../shared/use-title.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { FilterChip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatExact } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import styles from './activity-page.module.css';
import {
  type ActivityFilter,
  type ActivityFilters,
  type ActivitySearch,
  activityFilters,
  csvOfEvents,
} from './activity-search.ts';

const eventsPerPage = 100;

const words: Readonly<Record<ActivityFilter, Omit<FilterFact<ActivityFilter>, 'name'>>> = {
  migrationId: { word: 'Migration' },
  candidateId: { word: 'Candidate' },
  run: { word: 'Run' },
  type: { word: 'Type' },
  actor: { word: 'Actor' },
  traceId: { word: 'Trace' },
  q: { word: 'Text', verb: 'contains' },
  since: { word: 'Earliest time', isTime: true },
  until: { word: 'Latest time', isTime: true },
};

/** Each filter as it is offered; of a migration the id, which few know by heart. */
function useFacts(): readonly FilterFact<ActivityFilter>[] {
  const { data: migrations } = useQuery({ ...allMigrationsQuery, refetchInterval: false });
  return useMemo(
    () =>
      activityFilters.map((name) => ({
        ...{ name, ...words[name] },
        ...(name === 'migrationId' &&
          migrations !== undefined && {
            suggestions: migrations.map(({ id, name: word }) => ({ value: id, word })),
          }),
      })),
    [migrations],
  );
}

/** A filter as it is read aloud. */
function phraseOf(name: ActivityFilter, value: string): string {
  const { word, verb = 'is', isTime } = words[name];
  return `${word} ${verb} ${isTime === true ? formatExact(value) : value}`;
}

function eventsReader(filters: ActivityFilters) {
  return (signal: AbortSignal): ReadTail<LoomEvent> =>
    (place, previous) =>
      readKept(previous, (header) =>
        api.GET('/events', {
          params: { query: { ...filters, ...place, limit: eventsPerPage }, header },
          signal,
        }),
      );
}

/** The event log: who did what, when, to what. */
export function ActivityPage() {
  useTitle('Activity');
  const search = useSearch({ from: '/activity' });
  const facts = useFacts();
  const { live, ...filters } = search;
  const navigate = useNavigate({ from: '/activity' });
  const setSearch = useCallback(
    (next: ActivitySearch) => void navigate({ search: next, resetScroll: false }),
    [navigate],
  );
  // What is over before some time does not go on.
  const isLive = live === undefined && filters.until === undefined;
  const { query, loadOlder } = useTail({
    ...{ queryKey: ['listEvents', filters], read: eventsReader(filters), pageLimit: eventsPerPage },
    isLive,
  });
  const pick = useCallback(
    (fact: EventFact, value: string) => setSearch({ ...search, [fact]: value }),
    [search, setSearch],
  );
  const active = activityFilters.filter((name) => filters[name] !== undefined);
  const clear = () => setSearch(live === undefined ? {} : { live });
  const without = (name: ActivityFilter): ActivitySearch => {
    const { [name]: _, ...rest } = search;
    return rest;
  };
  return (
    <Page
      title="Activity"
      beside={
        <Link to="/timeline" className={buttonClass({ look: 'quiet' })}>
          Timeline of an id
        </Link>
      }
    >
      <div className={styles.filters}>
        <FactFilterForm
          what="events"
          facts={facts}
          onAdd={(name, value) => setSearch({ ...search, [name]: value })}
        />
        {active.map((name) => (
          <FilterChip
            key={name}
            phrase={phraseOf(name, filters[name] ?? '')}
            onRemove={() => setSearch(without(name))}
          />
        ))}
        {active.length > 1 ? (
          <Button look="quiet" size="small" onPress={clear}>
            Clear all
          </Button>
        ) : null}
        <div className={styles.ways}>
          {filters.until === undefined ? (
            <LiveToggle
              isLive={isLive}
              onChange={(wanted) => setSearch(wanted ? filters : { ...filters, live: 'off' })}
            />
          ) : null}
          <a
            href={`${apiBase}${csvOfEvents(filters)}`}
            className={buttonClass({ look: 'quiet', size: 'small' })}
            title="All events that fit these filters, as CSV"
            download
          >
            Export CSV
          </a>
        </div>
      </div>
      <QueryView query={query} what="the events" lines={10}>
        {(log) =>
          log.items.length > 0 ? (
            <EventTable log={log} onLoadOlder={loadOlder} namesCandidate onPick={pick} />
          ) : log.nextCursor !== undefined ? (
            <>
              <EmptyState title="None of the newest events fits these filters" />
              <LoadMore onLoad={loadOlder}>Look further back</LoadMore>
            </>
          ) : active.length > 0 ? (
            <EmptyState
              title="No event fits these filters"
              actions={<Button onPress={clear}>Clear the filters</Button>}
            />
          ) : (
            <EmptyState title="Nothing happened yet">
              Announcements, starts, steps and decisions appear here.
            </EmptyState>
          )
        }
      </QueryView>
    </Page>
  );
}
