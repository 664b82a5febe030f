import { Link } from '@tanstack/react-router';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { DeliverySummary } from '../../shared/contract.ts';
import { formatDuration } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './delivery-table.module.css';
import { operationWord, outcomeLook } from './delivery-words.ts';

const columns = [
  { name: 'What' },
  { name: 'Worker', width: '14rem' },
  { name: 'Run' },
  { name: 'Outcome', width: '9rem' },
  { name: 'Status', isNumber: true, width: '5rem' },
  { name: 'Took', isNumber: true, width: '6rem' },
  { name: 'When', isNumber: true, width: '8rem' },
] as const;

export function DeliveryTable({ items }: { readonly items: readonly DeliverySummary[] }) {
  return (
    <Table caption="Deliveries, the newest first" columns={columns}>
      {items.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </Table>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: DeliverySummary }) {
  const { id, at, direction, durationMs, workerApp, instanceId, status } = delivery;
  return (
    <TableRow>
      <RowHead>
        <Link
          from="/deliveries"
          to="."
          search={(before) => ({ ...before, delivery: id })}
          resetScroll={false}
          className={styles.what}
          data-row-link=""
        >
          {operationWord(delivery)}
        </Link>
        <span className={styles.soft}>
          <span className={styles.direction}>{direction === 'in' ? 'In' : 'Out'}</span>
          {about(delivery)}
        </span>
      </RowHead>
      <Cell label="Worker">
        {workerApp ?? <span className={styles.none}>not known</span>}
        {instanceId === undefined ? null : (
          <span className={styles.soft} data-minor="">
            {instanceId}
          </span>
        )}
      </Cell>
      <Cell label="Run">
        <RunPlace delivery={delivery} />
      </Cell>
      <Cell>
        <StateBadge {...outcomeLook(delivery)} />
      </Cell>
      <Cell label="Status" isNumber>
        {status ?? '–'}
      </Cell>
      <Cell label="Took" isNumber isSoft>
        {formatDuration(durationMs)}
      </Cell>
      <Cell isNumber isSoft>
        <RelativeTime at={at} />
      </Cell>
    </TableRow>
  );
}

function about({ stepName, phase, attempt }: DeliverySummary): string {
  if (stepName === undefined) return '';
  const undo = phase === 'compensate' ? 'undo of ' : '';
  return ` ${undo}${stepName}${attempt === undefined ? '' : `, attempt ${attempt}`}`;
}

/** What nobody vouches for is named, and leads nowhere. */
function RunPlace({ delivery }: { readonly delivery: DeliverySummary }) {
  const { migrationId, candidateId, runId, isVerified } = delivery;
  if (migrationId === undefined) return <span className={styles.none}>none</span>;
  if (candidateId === undefined || !isVerified) {
    return (
      <>
        {candidateId ?? migrationId}
        <span className={styles.soft}>{isVerified ? 'the migration' : 'not verified'}</span>
      </>
    );
  }
  return (
    <>
      <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />
      <span className={styles.soft} data-minor="">
        {migrationId}
      </span>
    </>
  );
}
