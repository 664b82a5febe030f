import type { Attempt, LoomEvent, PullRequestFacts } from '../../shared/contract.ts';
import { readPullRequestFacts } from '../../shared/pull-request-facts.ts';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { Decisions } from '../../shared/review-brief.tsx';
import { decisionsOf, isSaidBy, withoutDecisions } from '../../shared/review-decisions.ts';
import type { Look } from '../../shared/state-look.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Facts } from '../../ui/facts.tsx';
import { formatCount } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import styles from './attempt-card.module.css';
import { attemptName } from './attempt-name.ts';
import { OperationList } from './operation-list.tsx';
import { PullRequestCard } from './pull-request-card.tsx';

interface AttemptCardProps {
  readonly attempt: Attempt;
  readonly isReview: boolean;
  /** Of its outcome, or of what goes on. */
  readonly look: Look;
  /** Its git and forge operations, in their order. */
  readonly operations: readonly LoomEvent[];
}

/** One attempt with all that is known of it. */
export function AttemptCard({ attempt, isReview, look, operations }: AttemptCardProps) {
  // Who must act stands in the sentence on top.
  const { prUrl, pullRequest, who: _, ...rest } = attempt.metadata ?? {};
  const facts = readPullRequestFacts(pullRequest);
  const shown =
    facts === undefined
      ? { ...rest, ...(pullRequest !== undefined && { pullRequest }) }
      : withoutFacts(rest, facts);
  const metadata = isReview ? withoutDecisions(shown) : shown;
  const inputs = attempt.inputs ?? {};
  const decisions = isReview ? decisionsOf(attempt) : [];
  return (
    <article className={styles.attempt}>
      <header className={styles.attemptHeader}>
        <h3>{attemptName(attempt)}</h3>
        <StateBadge {...look} />
      </header>
      <Decisions decisions={decisions} />
      {attempt.message === undefined || isSaidBy(decisions, attempt.message) ? null : (
        <p className={styles.message}>{attempt.message}</p>
      )}
      {facts !== undefined ? <PullRequestCard facts={facts} /> : null}
      {facts === undefined && typeof prUrl === 'string' ? <PullRequestLink url={prUrl} /> : null}
      <Facts facts={factsOf(attempt)} />
      {Object.keys(inputs).length === 0 ? null : (
        <Part title={`Inputs, version ${attempt.inputsVersion}`}>
          <JsonView value={inputs} />
        </Part>
      )}
      {Object.keys(metadata).length === 0 ? null : (
        <Part title="Metadata">
          <JsonView value={metadata} />
        </Part>
      )}
      {attempt.outputs === undefined || Object.keys(attempt.outputs).length === 0 ? null : (
        <Part title="Outputs">
          <JsonView value={attempt.outputs} />
        </Part>
      )}
      {operations.length === 0 ? null : (
        <Disclosure summary={`Git and forge, ${formatCount(operations.length, 'operation')}`}>
          <OperationList operations={operations} />
        </Disclosure>
      )}
    </article>
  );
}

/** What the card says already is not said again. */
function withoutFacts(
  metadata: Readonly<Record<string, unknown>>,
  { number, repository, head, base }: PullRequestFacts,
) {
  const said: Readonly<Record<string, unknown>> = { prNumber: number, repository, branch: head, base };
  return Object.fromEntries(Object.entries(metadata).filter(([key, value]) => said[key] !== value));
}

function PullRequestLink({ url }: { readonly url: string }) {
  if (!/^https?:\/\//.test(url)) return <p>{url}</p>;
  return (
    <p>
      <a href={url} rel="noreferrer" target="_blank">
        Pull request {pullRequestName(url)}
      </a>
    </p>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Disclosure summary={title} isOpen>
      {children}
    </Disclosure>
  );
}

function factsOf(attempt: Attempt) {
  const { deliveries = 1 } = attempt;
  return [
    { name: 'Started', value: <RelativeTime at={attempt.startedAt} /> },
    {
      name: attempt.endedAt === undefined ? 'For' : 'Took',
      value: <Duration from={attempt.startedAt} to={attempt.endedAt} />,
    },
    ...(attempt.inputs === undefined ? [{ name: 'Inputs', value: `version ${attempt.inputsVersion}` }] : []),
    ...(attempt.failureClass === undefined ? [] : [{ name: 'Kind of failure', value: attempt.failureClass }]),
    ...(attempt.instanceId === undefined ? [] : [{ name: 'Instance', value: attempt.instanceId }]),
    ...(deliveries === 1 ? [] : [{ name: 'Dispatched', value: `${deliveries} times` }]),
  ];
}
