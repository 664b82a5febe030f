import { useNavigate, useSearch } from '@tanstack/react-router';
import type { InspectionKind, RunInspection } from '../../../shared/contract.ts';
import { QueryView } from '../../../shared/query-view.tsx';
import type { Target } from '../../../shared/run-actions.ts';
import { candidateLook, type Look } from '../../../shared/state-look.ts';
import { ToggleChip } from '../../../ui/chip.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { StateShape } from '../../../ui/state-shape.tsx';
import { RelativeTime } from '../../../ui/time.tsx';
import { describeNow, type Now, workflowLook } from './describe-now.ts';
import { HistorySize } from './history-size.tsx';
import { inspectionKinds, kindWords, toggleKind, usualKinds } from './inspection-kinds.ts';
import { InspectionList } from './inspection-list.tsx';
import styles from './inspector-view.module.css';
import { useInspection } from './use-inspection.ts';

const route = '/migrations/$migrationId/candidates/$candidateId';

interface InspectorViewProps {
  readonly target: Target;
  /** Before the first run there is none. */
  readonly runId: string | undefined;
}

/** What Temporal has of the run: for those who operate Loom, and for those who wonder why nothing happens. */
export function InspectorView({ target, runId }: InspectorViewProps) {
  if (runId === undefined)
    return (
      <EmptyState title="No run yet">
        Once the candidate is started, what the engine does with it is shown here.
      </EmptyState>
    );
  return <Inspector target={target} runId={runId} />;
}

function Inspector({ target, runId }: { readonly target: Target; readonly runId: string }) {
  const { shows } = useSearch({ from: route });
  const { query, loadOlder } = useInspection(target, runId, shows ?? usualKinds);
  return (
    <QueryView query={query} what="what the engine has of the run" lines={10}>
      {({ head: { body }, entries, nextCursor }) => (
        <div className={styles.view}>
          <Current inspection={body} />
          {body.history === undefined ? null : <HistorySize history={body.history} />}
          {body.state === 'not_found' ? null : (
            <Section title="History" aside={<Kinds picked={shows ?? []} />}>
              <InspectionList entries={entries} hasOlder={nextCursor !== undefined} onLoadOlder={loadOlder} />
            </Section>
          )}
        </div>
      )}
    </QueryView>
  );
}

function Current({ inspection }: { readonly inspection: RunInspection }) {
  const { state, startedAt, workflowId, namespace, taskQueue, link, stored } = inspection;
  return (
    <Section
      title="Now"
      aside={
        link === undefined ? null : (
          <a href={link} rel="noreferrer" target="_blank">
            Open in Temporal
          </a>
        )
      }
    >
      <ul className={styles.now}>
        {describeNow(inspection).map((now) => (
          <NowLine key={now.text} now={now} />
        ))}
      </ul>
      <Facts
        facts={[
          { name: 'In Temporal', value: <StateBadge {...workflowLook(state)} /> },
          { name: "In Loom's store", value: <StateBadge {...storedLook(stored)} /> },
          ...(startedAt === undefined ? [] : [{ name: 'Began', value: <RelativeTime at={startedAt} /> }]),
          { name: 'Workflow', value: <code>{workflowId}</code> },
          { name: 'Namespace', value: <code>{namespace}</code> },
          { name: 'Task queue', value: <code>{taskQueue}</code> },
        ]}
      />
    </Section>
  );
}

function NowLine({ now: { text, at, isProblem } }: { readonly now: Now }) {
  return (
    <li className={styles.line} data-problem={isProblem || undefined}>
      {isProblem ? <StateShape shape="cross" size={14} /> : null}
      <span>
        {text}
        {at === undefined ? null : (
          <>
            , <RelativeTime at={at} className={styles.at ?? ''} />
          </>
        )}
        {/[.!?]$/.test(text) && at === undefined ? '' : '.'}
      </span>
    </li>
  );
}

function storedLook({ status, runState, outcome }: RunInspection['stored']): Look {
  if (outcome === undefined) return candidateLook({ status, runState });
  if (outcome === 'lost') return candidateLook({ status, runState: 'lost' });
  const look = candidateLook({ status });
  return outcome === 'completed' ? look : { word: outcomeWords[outcome], tone: 'idle', shape: 'stop' };
}

const outcomeWords = { cancelled: 'Cancelled', rolled_back: 'Rolled back' } as const;

function Kinds({ picked }: { readonly picked: readonly InspectionKind[] }) {
  const navigate = useNavigate({ from: route });
  return (
    <fieldset className={styles.kinds}>
      <legend className="visually-hidden">
        Only events of these kinds; of none, all but the engine's own tasks
      </legend>
      <span className={styles.only} aria-hidden="true">
        Only
      </span>
      {inspectionKinds.map((kind) => (
        <ToggleChip
          key={kind}
          isOn={picked.includes(kind)}
          onToggle={() => {
            const next = toggleKind(picked, kind);
            void navigate({
              search: ({ shows: _, ...rest }) => ({ ...rest, ...(next !== undefined && { shows: next }) }),
              replace: true,
              resetScroll: false,
            });
          }}
        >
          {kindWords[kind]}
        </ToggleChip>
      ))}
    </fieldset>
  );
}
