import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { Delivery } from '../../shared/contract.ts';
import { isUuid } from '../../shared/ids.ts';
import { isNotFound } from '../../shared/problem.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { formatDuration } from '../../ui/format.ts';
import { lazy } from '../../ui/patient-lazy.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './delivery-drawer.module.css';
import { deliveryQuery } from './delivery-queries.ts';
import { directionWords, isReplayable, outcomeLook, subjectOf } from './delivery-words.ts';
import { MessageView } from './message-view.tsx';

const ReplayDialog = lazy(() =>
  import('./replay-dialog.tsx').then((module) => ({ default: module.ReplayDialog })),
);

interface DeliveryDrawerProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** One exchange, whole, and the way to let it happen once more. */
export function DeliveryDrawer({ id, onClose }: DeliveryDrawerProps) {
  const query = useQuery({ ...deliveryQuery(id), enabled: isUuid(id) });
  const delivery = query.data;
  const [isAsking, setAsking] = useState(false);
  if (!isUuid(id) || isNotFound(query.error)) return <GoneDrawer onClose={onClose} />;
  return (
    <Drawer
      title={delivery === undefined ? 'Delivery' : subjectOf(delivery)}
      below={delivery === undefined ? undefined : <Below delivery={delivery} />}
      onClose={onClose}
      actions={
        delivery === undefined ? undefined : (
          <>
            <Link
              to="/timeline"
              search={{ id: delivery.isVerified ? (delivery.runId ?? id) : id }}
              className={buttonClass({})}
            >
              Timeline
            </Link>
            {isReplayable(delivery) ? (
              <Button look="primary" onPress={() => setAsking(true)}>
                Replay…
              </Button>
            ) : null}
          </>
        )
      }
    >
      <QueryView query={query} what="the delivery" lines={8}>
        {(shown) => <Content delivery={shown} />}
      </QueryView>
      <Suspense>
        {isAsking && delivery !== undefined ? (
          <ReplayDialog delivery={delivery} onClose={() => setAsking(false)} />
        ) : null}
      </Suspense>
    </Drawer>
  );
}

function GoneDrawer({ onClose }: { readonly onClose: () => void }) {
  return (
    <Drawer title="Delivery" onClose={onClose}>
      <EmptyState title="This delivery is no longer kept" actions={<Button onPress={onClose}>Close</Button>}>
        Deliveries are kept for seven days, and of each migration only the newest.
      </EmptyState>
    </Drawer>
  );
}

function Below({ delivery }: { readonly delivery: Delivery }) {
  const { status, at, durationMs } = delivery;
  return (
    <>
      <StateBadge {...outcomeLook(delivery)} />
      {status === undefined ? null : <span>HTTP {status}</span>}
      <span>{formatDuration(durationMs)}</span>
      <RelativeTime at={at} />
    </>
  );
}

/** What nobody vouches for is named, and leads nowhere. */
function placesOf({ migrationId, candidateId, runId, isVerified }: Delivery): readonly Fact[] {
  if (migrationId === undefined) return [];
  if (!isVerified) {
    const claimed = [migrationId, candidateId].filter((part) => part !== undefined).join(' / ');
    return [{ name: 'Claims to be of', value: claimed }];
  }
  const migration = (
    <Link to="/migrations/$migrationId" params={{ migrationId }}>
      {migrationId}
    </Link>
  );
  if (candidateId === undefined) return [{ name: 'Migration', value: migration }];
  const run = <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />;
  return [
    { name: 'Run', value: run },
    { name: 'Migration', value: migration },
  ];
}

function Content({ delivery }: { readonly delivery: Delivery }) {
  const { direction, url, workerApp, instanceId, stepName, attempt, traceId, problem, detail } = delivery;
  const worker = [workerApp, instanceId].filter((part) => part !== undefined).join(', ');
  return (
    <>
      {detail === undefined ? null : <p className={styles.detail}>{detail}</p>}
      <Facts
        facts={[
          { name: 'Direction', value: directionWords[direction] },
          ...(worker === '' ? [] : [{ name: 'Worker', value: worker }]),
          ...placesOf(delivery),
          ...(stepName === undefined ? [] : [{ name: 'Step', value: stepName }]),
          ...(attempt === undefined ? [] : [{ name: 'Attempt', value: attempt }]),
          ...(problem === undefined ? [] : [{ name: 'Problem', value: problem }]),
          ...(traceId === undefined
            ? []
            : [
                {
                  name: 'Trace',
                  value: (
                    <Link to="/timeline" search={{ id: traceId }} className={styles.code}>
                      {traceId}
                    </Link>
                  ),
                },
              ]),
        ]}
      />
      <p className={styles.url}>
        <span>{direction === 'in' ? 'Came to' : 'Went to'}</span> {url}
      </p>
      <MessageView title="Request" message={delivery.request} />
      {delivery.answer === undefined ? (
        <p className={styles.none}>Nothing was answered.</p>
      ) : (
        <MessageView title="Answer" message={delivery.answer} />
      )}
    </>
  );
}
