import { Link } from '@tanstack/react-router';
import type { Instance, WorkerApp } from '../../shared/contract.ts';
import { formatCount, formatDuration, formatNumber } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { canDrain, DrainButton } from './drain-button.tsx';
import { instanceLook } from './instance-look.ts';
import styles from './instance-table.module.css';

const columns = [
  { name: 'Instance' },
  { name: 'State', width: '11rem' },
  { name: 'In flight', isNumber: true, width: '5rem' },
  { name: 'Latency', isNumber: true, width: '6.5rem' },
  { name: 'Last seen', width: '7.5rem' },
  { name: 'Version', width: '8rem' },
  { name: 'Notes', width: '10rem' },
  { name: 'Actions', isNameHidden: true, width: '6rem' },
] as const;

interface InstanceTableProps {
  readonly app: WorkerApp;
  /** It stands below the table of another app. */
  readonly isHeadHidden: boolean;
}

/** The instances of a worker app; each opens beside the list. */
export function InstanceTable({ app, isHeadHidden }: InstanceTableProps) {
  return (
    <div className={styles.frame}>
      <Table caption={`Instances of ${app.workerApp}`} columns={columns} isHeadHidden={isHeadHidden}>
        {app.instances.map((instance) => (
          <InstanceRow key={instance.instanceId} app={app} instance={instance} />
        ))}
      </Table>
    </div>
  );
}

function InstanceRow({ app, instance }: { readonly app: WorkerApp; readonly instance: Instance }) {
  const { instanceId, workerUrl, busy, latencyMs, lastSeenAt, version } = instance;
  return (
    <TableRow>
      <RowHead>
        <Link
          from="/workers"
          to="."
          search={(before) => ({ ...before, app: app.workerApp, instance: instanceId })}
          resetScroll={false}
          className={styles.name}
          data-row-link=""
        >
          {instanceId}
        </Link>
        <span className={styles.url}>{workerUrl}</span>
      </RowHead>
      <Cell>
        <StateBadge {...instanceLook(instance)} />
      </Cell>
      <Cell label="In flight" isNumber>
        {formatNumber(busy)}
      </Cell>
      <Cell label="Latency" isNumber isSoft={latencyMs === undefined}>
        {formatLatency(latencyMs)}
      </Cell>
      <Cell label="Last seen">
        <RelativeTime at={lastSeenAt} />
      </Cell>
      <Cell label="Version" isSoft={version === undefined}>
        {version ?? 'not told'}
      </Cell>
      <Cell label="Notes">
        <Notes instance={instance} />
      </Cell>
      <Cell isAction>{canDrain(instance) ? <DrainButton app={app} instance={instance} /> : null}</Cell>
    </TableRow>
  );
}

export function formatLatency(ms: number | undefined): string {
  if (ms === undefined) return 'not measured';
  return formatDuration(ms);
}

/** What is not as it should be, in few words; the whole stands in the drawer. */
function Notes({ instance: { lastError, findings } }: { readonly instance: Instance }) {
  if (lastError === undefined && findings.length === 0) return <span className={styles.soft}>none</span>;
  return (
    <span className={styles.notes}>
      {lastError === undefined ? null : (
        <span title={lastError.message}>
          failed <RelativeTime at={lastError.at} />
        </span>
      )}
      {findings.length === 0 ? null : <span>{formatCount(findings.length, 'finding')}</span>}
    </span>
  );
}
