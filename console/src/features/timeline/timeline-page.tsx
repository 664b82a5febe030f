import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { Timeline } from '../../shared/contract.ts';
import { isNotFound } from '../../shared/problem.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatNumber } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { IdForm } from './id-form.tsx';
import { TimelineList } from './timeline-list.tsx';
import styles from './timeline-page.module.css';
import { timelineQuery } from './timeline-query.ts';
import type { TimelineSearch } from './timeline-search.ts';
import { TimelineToolbar } from './timeline-toolbar.tsx';
import { saySubject } from './timeline-words.ts';

const mostNamed = 5;

/** Everything that happened to one id, whatever kind of id somebody has at hand. */
export function TimelinePage() {
  const search = useSearch({ from: '/timeline' });
  const { id } = search;
  useTitle(id === undefined ? 'Timeline' : `Timeline of ${id}`);
  const navigate = useNavigate({ from: '/timeline' });
  const setSearch = (next: TimelineSearch) => void navigate({ search: next, resetScroll: false });
  return (
    <Page
      title="Timeline"
      below={
        <IdForm key={id ?? ''} id={id ?? ''} onShow={(wanted) => setSearch({ ...search, id: wanted })} />
      }
    >
      {id === undefined ? (
        <EmptyState title="Paste an id">
          A run, a delivery, a trace, a pull request or a candidate: its events, its git and forge operations
          and what was said to workers and by them appear here in one order.
        </EmptyState>
      ) : (
        <OfId search={search} onChange={setSearch} />
      )}
    </Page>
  );
}

interface OfIdProps {
  readonly search: TimelineSearch;
  readonly onChange: (search: TimelineSearch) => void;
}

function OfId({ search, onChange }: OfIdProps) {
  const query = useInfiniteQuery(timelineQuery(search));
  const { id = '', source: _source, outcome: _outcome, ...unfiltered } = search;
  const { order = 'newest' } = search;
  if (isNotFound(query.error)) {
    return (
      <EmptyState title={`Nothing is known of “${id}”`}>
        {query.error?.message} It may be mistyped, or older than what is kept. A candidate is named with its
        migration before it, and a slash in between.
      </EmptyState>
    );
  }
  return (
    <QueryView query={query} what="the timeline" lines={12}>
      {({ subject, items, total, isCut }) => (
        <div className={styles.timeline} aria-busy={query.isPlaceholderData}>
          {subject === undefined ? null : <Subject subject={subject} />}
          <TimelineToolbar search={search} onChange={onChange} total={total} />
          {isCut ? (
            <p className={styles.note}>There is more than can be shown; the oldest is left out.</p>
          ) : null}
          {items.length === 0 ? (
            <EmptyState
              title="Nothing fits these filters"
              actions={<Button onPress={() => onChange({ id, ...unfiltered })}>Clear the filters</Button>}
            />
          ) : (
            <TimelineList items={items} order={order} namesCandidate={(subject?.runs.length ?? 0) > 1} />
          )}
          {query.hasNextPage ? (
            <LoadMore onLoad={query.fetchNextPage} progress={{ shown: items.length, total }}>
              {order === 'oldest' ? 'Show what came next' : 'Show what came before'}
            </LoadMore>
          ) : null}
        </div>
      )}
    </QueryView>
  );
}

function Subject({ subject }: { readonly subject: Timeline['subject'] }) {
  const { runs, candidate } = subject;
  const named = runs.slice(0, mostNamed);
  return (
    <p className={styles.subject}>
      {saySubject(subject)}
      {named.map(({ migrationId, candidateId, runId }, index) => (
        <span key={runId}>
          {index === 0 ? ' ' : ', '}
          <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />{' '}
          <span className={styles.soft}>in {migrationId}</span>
        </span>
      ))}
      {runs.length > named.length ? ` and ${formatNumber(runs.length - named.length)} more` : null}
      {candidate === undefined ? null : (
        <>
          .{' '}
          <Link
            to="/migrations/$migrationId/candidates/$candidateId"
            params={{ migrationId: candidate.migrationId, candidateId: candidate.candidateId }}
          >
            Open the candidate
          </Link>
        </>
      )}
    </p>
  );
}
