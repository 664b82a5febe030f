import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { actorName } from '../../shared/actor-name.ts';
import type { InFlight, Instance, WorkerApp } from '../../shared/contract.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Age, RelativeTime, useTicking } from '../../ui/time.tsx';
import { canDrain, DrainButton } from './drain-button.tsx';
import styles from './instance-drawer.module.css';
import { instanceLook } from './instance-look.ts';
import { formatLatency } from './instance-table.tsx';
import { inFlightQuery, mostInFlight } from './workers-query.ts';

interface InstanceDrawerProps {
  readonly app: WorkerApp | undefined;
  readonly instanceId: string;
  readonly onClose: () => void;
}

/** One instance, whole: its lease, how it answers, what was found, and every step that it has. */
export function InstanceDrawer({ app, instanceId, onClose }: InstanceDrawerProps) {
  const instance = app?.instances.find((one) => one.instanceId === instanceId);
  if (app === undefined || instance === undefined) {
    return (
      <Drawer title={instanceId} onClose={onClose}>
        <EmptyState title="This instance is gone" actions={<Button onPress={onClose}>Close</Button>}>
          It has been away for more than an hour, or was never here.
        </EmptyState>
      </Drawer>
    );
  }
  return (
    <Drawer
      title={instanceId}
      below={<StateBadge {...instanceLook(instance)} isStrong />}
      onClose={onClose}
      actions={canDrain(instance) ? <DrainButton app={app} instance={instance} /> : undefined}
    >
      <div className={styles.content}>
        <DrainNote instance={instance} />
        <InstanceFacts app={app} instance={instance} />
        <Findings instance={instance} />
        <StepsInFlight app={app} instance={instance} />
      </div>
    </Drawer>
  );
}

function DrainNote({ instance: { draining, isDrained, busy } }: { readonly instance: Instance }) {
  if (draining === undefined) return null;
  const { since, actor, reason } = draining;
  const who = actorName(actor);
  const rest = isDrained ? 'Nothing is left: it can be stopped.' : whatIsLeft(busy);
  return (
    <p className={styles.drain} role="status">
      Draining for <Age at={since} />
      {who === undefined ? '' : `, by ${who}`}
      {reason === undefined ? '' : `: ${reason}`}
      {reason === undefined || !/[.!?]$/.test(reason) ? '.' : ''} {rest}
    </p>
  );
}

function whatIsLeft(busy: number): string {
  return busy === 0
    ? 'Nothing is in flight; a moment is waited for dials that had begun.'
    : `It finishes ${formatCount(busy, 'step')} and is given nothing new.`;
}

function InstanceFacts({ app, instance }: { readonly app: WorkerApp; readonly instance: Instance }) {
  const { workerUrl, version, lastSeenAt, leaseExpiresAt, latencyMs, lastError } = instance;
  return (
    <>
      <Facts
        facts={[
          { name: 'Worker app', value: app.workerApp },
          { name: 'Version', value: version ?? 'not told' },
          { name: 'Last seen', value: <RelativeTime at={lastSeenAt} /> },
          { name: 'Lease', value: <Lease until={leaseExpiresAt} /> },
          { name: 'Latency of dispatches', value: formatLatency(latencyMs) },
          { name: 'Address', value: <code className={styles.url}>{workerUrl}</code> },
        ]}
      />
      {lastError === undefined ? null : (
        <p className={styles.error}>
          Last error, <RelativeTime at={lastError.at} />: {lastError.message}
        </p>
      )}
    </>
  );
}

function Lease({ until }: { readonly until: string }) {
  const verb = useTicking((now) => (Date.parse(until) < now ? 'ended' : 'ends'));
  return (
    <>
      {verb} <RelativeTime at={until} />
    </>
  );
}

function Findings({ instance: { findings } }: { readonly instance: Instance }) {
  return (
    <Section title="Conformance" level={3}>
      {findings.length === 0 ? (
        <p className={styles.none}>Its last announcement had nothing to mend.</p>
      ) : (
        <ul className={styles.findings}>
          {findings.map(({ migrationId, severity, path, message }) => (
            <li key={`${migrationId} ${path} ${message}`}>
              <strong>{severity === 'error' ? 'Error' : 'Warning'}</strong> in {migrationId}{' '}
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function StepsInFlight({ app, instance }: { readonly app: WorkerApp; readonly instance: Instance }) {
  const query = useQuery(inFlightQuery(app.workerApp, instance.instanceId));
  return (
    <Section title="Steps in flight" level={3}>
      <QueryView query={query} what="the steps in flight" lines={4}>
        {({ items, total }) =>
          items.length === 0 ? (
            <p className={styles.none}>Nothing is with this instance now.</p>
          ) : (
            <>
              <ul className={styles.steps}>
                {items.map((one) => (
                  <StepInFlight key={`${one.runId} ${one.stepName} ${one.phase} ${one.attempt}`} one={one} />
                ))}
              </ul>
              {total > items.length ? (
                <p className={styles.none}>
                  The {mostInFlight} longest of {formatNumber(total)}.
                </p>
              ) : null}
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

function StepInFlight({ one }: { readonly one: InFlight }) {
  const { migrationId, candidateId, runId, stepName, phase, attempt, since } = one;
  return (
    <li className={styles.step}>
      <Link
        to="/migrations/$migrationId/candidates/$candidateId"
        params={{ migrationId, candidateId }}
        search={{ run: runId, step: stepName }}
      >
        {candidateId}
      </Link>
      <span className={styles.soft}>
        {phase === 'compensate' ? 'undo of ' : ''}
        {stepName}
        {attempt > 1 ? `, attempt ${attempt}` : ''}, {migrationId}
      </span>
      <Age at={since} className={styles.age ?? ''} />
    </li>
  );
}
