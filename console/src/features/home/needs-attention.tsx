import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { MigrationSummary } from '../../shared/contract.ts';
import { FollowedRows } from '../../shared/followed-rows.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import { failedUndoLook, runStateLook } from '../../shared/state-look.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { StateShape } from '../../ui/state-shape.tsx';
import type { AskingState, AttentionGroup } from './attention.ts';
import { attentionQuery } from './attention-query.ts';
import styles from './needs-attention.module.css';
import { WaitingRow } from './waiting-row.tsx';

const doing: Readonly<Record<AskingState, string>> = {
  awaiting_approval: 'Decide',
  awaiting_retry: 'Retry',
  compensating: 'Finish an undo',
  awaiting_worker: 'Look at a worker',
  lost: 'Look into',
  pending: 'Act outside of Loom',
};
/** Those of its runs that wait for a person; without it for all, such as for a worker that a person must look at. */
const persons = { who: ['reviewer', 'operator'] } as const;

/** So that the migrations below are not out of sight. */
const rowsAtFirst = { ofFew: 5, ofMany: 3 } as const;
const manyGroups = 3;

/** What waits on a person, grouped by what they would do, the longest wait first. */
export function NeedsAttention({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const query = useQuery(attentionQuery);
  const total = query.data?.reduce((sum, group) => sum + group.total, 0);
  return (
    <Section
      title="Needs attention"
      aside={
        total === undefined || total === 0 ? null : (
          <p className={styles.total}>{formatCount(total, 'run')}</p>
        )
      }
    >
      <FollowedRows>
        <QueryView query={query} what="what needs attention" lines={3}>
          {(groups) =>
            groups.length === 0 ? (
              <AllCalm migrations={migrations} />
            ) : (
              <div className={styles.groups}>
                {groups.map((group) => (
                  <Group
                    key={group.state}
                    group={group}
                    shownAtFirst={groups.length < manyGroups ? rowsAtFirst.ofFew : rowsAtFirst.ofMany}
                  />
                ))}
              </div>
            )
          }
        </QueryView>
      </FollowedRows>
    </Section>
  );
}

function Group({ group, shownAtFirst }: { readonly group: AttentionGroup; readonly shownAtFirst: number }) {
  const [isOpen, setOpen] = useState(false);
  // All of a group wait on somebody; of the decisions those that are overdue say so themselves.
  const look = group.state === 'compensating' ? failedUndoLook : runStateLook[group.state];
  // A button that shows one more takes the room of that one.
  const isWhole = isOpen || group.runs.length <= shownAtFirst + 1;
  const shown = isWhole ? group.runs : group.runs.slice(0, shownAtFirst);
  const hidden = group.runs.length - shown.length;
  const beyond = group.total - group.runs.length;
  return (
    <section className={styles.group}>
      <h3 className={styles.doing} data-tone={look.tone}>
        <StateShape shape={look.shape} size={15} />
        {doing[group.state]}
        <span className={styles.count}>{formatNumber(group.total)}</span>
      </h3>
      <ul>
        {shown.map((run) => (
          <WaitingRow key={`${run.migration.id} ${run.candidate.id}`} run={run} state={group.state} />
        ))}
      </ul>
      <div className={styles.more}>
        {hidden > 0 ? (
          <Button look="quiet" size="small" onPress={() => setOpen(true)}>
            Show {formatNumber(hidden)} more
          </Button>
        ) : null}
        {beyond > 0 && (isOpen || hidden === 0)
          ? group.migrations.map(({ id, name }) => (
              <Link
                key={id}
                to="/migrations/$migrationId"
                params={{ migrationId: id }}
                search={{
                  runState: [group.state],
                  ...(group.state !== 'awaiting_worker' && persons),
                  sort: 'since',
                }}
              >
                All in {name}
              </Link>
            ))
          : null}
      </div>
    </section>
  );
}

function AllCalm({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const sum = (pick: (migration: MigrationSummary) => number) =>
    migrations.reduce((all, one) => all + pick(one), 0);
  const running = sum((migration) => migration.counts.status.running);
  const paused = sum((migration) => migration.counts.runState.paused ?? 0);
  const completed = sum((migration) => migration.counts.status.completed);
  const total = sum((migration) => migration.total);
  return (
    <div className={styles.calm}>
      <StateShape shape="check" size={20} />
      <div>
        <p className={styles.calmTitle}>Nothing needs you.</p>
        <p>
          {running === 0 ? 'Nothing runs' : `${formatCount(running, 'run')} under way`}
          {paused === 0 ? '' : `, ${formatNumber(paused)} of them paused`}; {formatNumber(completed)} of{' '}
          {formatCount(total, 'candidate')} completed.
        </p>
      </div>
    </div>
  );
}
