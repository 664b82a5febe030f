import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RevisionSummary } from '../../shared/contract.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatNumber } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { differenceQuery, revisionsQuery } from './aggregate-queries.ts';
import { RevisionChanges } from './revision-changes.tsx';
import styles from './revisions-view.module.css';

interface RevisionsViewProps {
  readonly migrationId: string;
  /** Those that are compared; by themselves the newest and the one before it. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const columns = [
  { name: 'Revision' },
  { name: 'First announced' },
  { name: 'Last announced' },
  { name: 'Worker version' },
  { name: 'Open runs', isNumber: true },
  { name: 'Compare', isNameHidden: true },
];

/** Which revisions there were, and what one changed since another. */
export function RevisionsView({ migrationId, from, to }: RevisionsViewProps) {
  const query = useInfiniteQuery(revisionsQuery(migrationId));
  return (
    <QueryView query={query} what="the revisions" lines={6}>
      {({ items, total }) => {
        const shown = to ?? items[0]?.revision;
        const before = from ?? olderThan(items, shown);
        return (
          <div className={styles.view}>
            <Section title="Revisions">
              <Table caption="Revisions, the newest first" columns={columns}>
                {items.map((revision) => (
                  <RevisionRow
                    key={revision.revision}
                    migrationId={migrationId}
                    revision={revision}
                    older={olderThan(items, revision.revision)}
                    isFirst={!query.hasNextPage}
                    isShown={revision.revision === shown && before !== undefined}
                  />
                ))}
              </Table>
              {query.hasNextPage ? (
                <LoadMore onLoad={query.fetchNextPage} progress={{ shown: items.length, total }}>
                  Show older revisions
                </LoadMore>
              ) : null}
            </Section>
            {shown === undefined || before === undefined ? (
              <EmptyState title="Nothing to compare yet">
                When the worker announces other steps or inputs, what changed stands here.
              </EmptyState>
            ) : (
              <Difference migrationId={migrationId} from={before} to={shown} revisions={items} />
            )}
          </div>
        );
      }}
    </QueryView>
  );
}

function olderThan(items: readonly RevisionSummary[], revision: string | undefined): string | undefined {
  const at = items.findIndex((one) => one.revision === revision);
  return at < 0 ? undefined : items[at + 1]?.revision;
}

const shortOf = (revision: string) => revision.slice(0, 10);

interface RevisionRowProps {
  readonly migrationId: string;
  readonly revision: RevisionSummary;
  readonly older: string | undefined;
  /** Whether there is none before it, where none before it is shown. */
  readonly isFirst: boolean;
  readonly isShown: boolean;
}

function RevisionRow({ migrationId, revision, older, isFirst, isShown }: RevisionRowProps) {
  const { revision: id, firstAnnouncedAt, lastAnnouncedAt, isCurrent, workerVersion, openRuns } = revision;
  return (
    <TableRow>
      <RowHead>
        <span className={styles.name}>
          <code title={id}>{shortOf(id)}</code>
          {isCurrent ? <StateBadge word="Current" tone="done" shape="check" /> : null}
        </span>
      </RowHead>
      <Cell label="First" isSoft>
        <RelativeTime at={firstAnnouncedAt} />
      </Cell>
      <Cell label="Last" isSoft>
        <RelativeTime at={lastAnnouncedAt} />
      </Cell>
      <Cell label="Worker" isSoft>
        {workerVersion ?? 'not told'}
      </Cell>
      <Cell label="Open runs" isNumber>
        {openRuns === undefined ? 'very many' : formatNumber(openRuns)}
      </Cell>
      <Cell>
        {older === undefined ? (
          <span className={styles.soft}>{isFirst ? 'The first' : 'The one before is not shown'}</span>
        ) : (
          <Link
            to="/migrations/$migrationId"
            params={{ migrationId }}
            search={{ tab: 'revisions', from: older, to: id }}
            resetScroll={false}
            aria-current={isShown ? 'true' : undefined}
            className={styles.changes}
            data-row-link=""
          >
            What changed<span className="visually-hidden"> in {shortOf(id)}</span>
          </Link>
        )}
      </Cell>
    </TableRow>
  );
}

interface DifferenceProps {
  readonly migrationId: string;
  readonly from: string;
  readonly to: string;
  readonly revisions: readonly RevisionSummary[];
}

function Difference({ migrationId, from, to, revisions }: DifferenceProps) {
  const query = useQuery(differenceQuery(migrationId, from, to));
  const others = revisions.filter(({ revision }) => revision !== to);
  return (
    <Section
      title={`What ${shortOf(to)} changed`}
      aside={
        <nav aria-label="Compared with" className={styles.since}>
          <span className={styles.soft}>since</span>
          {others.map(({ revision }) => (
            <Link
              key={revision}
              to="/migrations/$migrationId"
              params={{ migrationId }}
              search={{ tab: 'revisions', from: revision, to }}
              resetScroll={false}
              replace
              aria-current={revision === from ? 'true' : undefined}
              className={styles.other}
            >
              <code>{shortOf(revision)}</code>
            </Link>
          ))}
        </nav>
      }
    >
      <QueryView query={query} what="what changed" lines={5}>
        {(difference) => <RevisionChanges difference={difference} />}
      </QueryView>
    </Section>
  );
}
