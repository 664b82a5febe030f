import type { Attempt, StepList, StepView } from '../../shared/contract.ts';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { Decisions, ReviewBrief } from '../../shared/review-brief.tsx';
import { decisionsOf, isSaidBy, withoutDecisions } from '../../shared/review-decisions.ts';
import { outcomeLook, runStateLook, stepLook } from '../../shared/state-look.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Facts } from '../../ui/facts.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import { stepFacts } from './step-facts.ts';
import styles from './step-panel.module.css';

interface StepPanelProps {
  readonly step: StepView;
  readonly runState: StepList['runState'];
  /** Its turn has come, but it is not dispatched. */
  readonly isHeld: boolean;
}

/** One step with all its attempts side by side, the newest first. */
export function StepPanel({ step, runState, isHeld }: StepPanelProps) {
  const attempts = step.attempts.toReversed();
  return (
    <section className={styles.panel} aria-label={`Step ${step.name}`}>
      <header className={styles.header}>
        <h2 className={styles.name}>{step.name}</h2>
        <StateBadge {...stepLook(step, runState, isHeld)} isStrong />
        <span className={styles.soft}>
          {step.kind === 'review' ? 'a person decides' : `run by ${step.workerApp}`}
        </span>
      </header>
      {step.description === undefined ? null : <p className={styles.description}>{step.description}</p>}
      <Facts facts={stepFacts(step)} />
      {step.kind === 'review' ? <ReviewBrief step={step} /> : null}
      {attempts.length === 0 ? (
        <p className={styles.soft}>
          {isHeld
            ? 'It is held, and dispatched when the run goes on.'
            : step.state === 'to_come'
              ? 'Its turn has not come yet.'
              : 'Nothing was tried.'}
        </p>
      ) : (
        <div className={styles.attempts}>
          {attempts.map((attempt) => (
            <AttemptCard
              key={`${attempt.phase} ${attempt.attempt}`}
              attempt={attempt}
              isReview={step.kind === 'review'}
              isHeld={isHeld && attempt.endedAt === undefined}
            />
          ))}
        </div>
      )}
    </section>
  );
}

const heldLook = { ...runStateLook.paused, word: 'Held' };

interface AttemptCardProps {
  readonly attempt: Attempt;
  readonly isReview: boolean;
  readonly isHeld: boolean;
}

function AttemptCard({ attempt, isReview, isHeld }: AttemptCardProps) {
  const { prUrl, ...rest } = attempt.metadata ?? {};
  const metadata = isReview ? withoutDecisions(rest) : rest;
  const decisions = isReview ? decisionsOf(attempt) : [];
  return (
    <article className={styles.attempt}>
      <header className={styles.attemptHeader}>
        <h3>
          Attempt {attempt.attempt}
          {attempt.phase === 'compensate' ? ', undoing' : ''}
        </h3>
        <StateBadge {...(isHeld ? heldLook : outcomeLook(attempt.outcome))} />
      </header>
      <Decisions decisions={decisions} />
      {attempt.message === undefined || isSaidBy(decisions, attempt.message) ? null : (
        <p className={styles.message}>{attempt.message}</p>
      )}
      {typeof prUrl === 'string' ? <PullRequestLink url={prUrl} /> : null}
      <Facts facts={factsOf(attempt)} />
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
    </article>
  );
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
    { name: 'Inputs', value: `version ${attempt.inputsVersion}` },
    ...(attempt.failureClass === undefined ? [] : [{ name: 'Kind of failure', value: attempt.failureClass }]),
    ...(attempt.instanceId === undefined ? [] : [{ name: 'Instance', value: attempt.instanceId }]),
    ...(deliveries === 1 ? [] : [{ name: 'Dispatched', value: `${deliveries} times` }]),
  ];
}
