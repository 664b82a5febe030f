import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { api } from '../../shared/api-client.ts';
import type { ReadEvents } from '../../shared/event-log.ts';
import { type EventFact, EventTable } from '../../shared/event-table.tsx';
import { readKept } from '../../shared/kept-read.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { useEventLog } from '../../shared/use-event-log.ts';
import { useTitle } from '../../shared/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { FilterChip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { ActivityFilterForm, filterWords } from './activity-filter-form.tsx';
import styles from './activity-page.module.css';
import { type ActivitySearch, activityFilters } from './activity-search.ts';

const eventsPerPage = 100;

function eventsReader(query: ActivitySearch) {
  return (signal: AbortSignal): ReadEvents =>
    (cursor, previous) =>
      readKept(previous, (header) =>
        api.GET('/events', {
          params: {
            query: { ...query, limit: eventsPerPage, ...(cursor !== undefined && { cursor }) },
            header,
          },
          signal,
        }),
      );
}

/** The event log: who did what, when, to what. */
export function ActivityPage() {
  useTitle('Activity');
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const setSearch = useCallback((next: ActivitySearch) => void navigate({ search: next }), [navigate]);
  const key = JSON.stringify(search);
  const read = useMemo(() => eventsReader(JSON.parse(key) as ActivitySearch), [key]);
  const { query, loadOlder } = useEventLog({ queryKey: ['listEvents', search], read, isRunning: true });
  const pick = useCallback(
    (fact: EventFact, value: string) => setSearch({ ...search, [fact]: value }),
    [search, setSearch],
  );
  const active = activityFilters.filter((name) => search[name] !== undefined);
  const without = (name: (typeof activityFilters)[number]): ActivitySearch => {
    const { [name]: _, ...rest } = search;
    return rest;
  };
  return (
    <Page title="Activity">
      <div className={styles.filters}>
        <ActivityFilterForm onAdd={(name, value) => setSearch({ ...search, [name]: value })} />
        {active.map((name) => (
          <FilterChip
            key={name}
            phrase={`${filterWords[name]} is ${search[name]}`}
            onRemove={() => setSearch(without(name))}
          />
        ))}
        {active.length > 1 ? (
          <Button look="quiet" size="small" onPress={() => setSearch({})}>
            Clear all
          </Button>
        ) : null}
      </div>
      <QueryView query={query} what="the events" lines={10}>
        {(log) =>
          log.items.length > 0 ? (
            <EventTable log={log} onLoadOlder={loadOlder} namesCandidate onPick={pick} />
          ) : active.length > 0 ? (
            <EmptyState
              title="No event fits these filters"
              actions={<Button onPress={() => setSearch({})}>Clear the filters</Button>}
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
