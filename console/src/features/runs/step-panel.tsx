import type { UseQueryResult } from '@tanstack/react-query';
import type { EventList, StepView } from '../../shared/contract.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { ReviewBrief } from '../../shared/review-brief.tsx';
import { type Look, outcomeLook, type RunPlace, runStateLook, stepLook } from '../../shared/state-look.ts';
import { ToggleChip } from '../../ui/chip.tsx';
import { Facts } from '../../ui/facts.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { AttemptCard } from './attempt-card.tsx';
import { AttemptComparison } from './attempt-comparison-view.tsx';
import { operationsOf } from './operations.ts';
import { stepFacts } from './step-facts.ts';
import styles from './step-panel.module.css';

/** Two attempts of the step, by their places; the URL knows them. */
export type Compared = readonly [number, number];

interface StepPanelProps {
  readonly step: StepView;
  readonly run: RunPlace;
  /** Its turn has come, but it is not dispatched. */
  readonly isHeld: boolean;
  /** Git and forge operations of the run, the newest first. */
  readonly operations: UseQueryResult<EventList>;
  readonly compared: Compared | undefined;
  readonly onCompare: (compared: Compared | undefined) => void;
}

/** One step with all its attempts side by side, the newest first. */
export function StepPanel({ step, run, isHeld, operations, compared, onCompare }: StepPanelProps) {
  const { attempts } = step;
  const newest = attempts.length - 1;
  const openLook = lookOfOpen(step, run, isHeld);
  const isCompared = compared !== undefined && Math.max(...compared) <= newest;
  return (
    <section className={styles.panel} aria-label={`Step ${step.name}`}>
      <header className={styles.header}>
        <h2 className={styles.name}>{step.name}</h2>
        <StateBadge {...stepLook(step, run, isHeld)} isStrong />
        <span className={styles.soft}>
          {step.kind === 'review' ? 'a person decides' : `run by ${step.workerApp}`}
        </span>
      </header>
      {step.description === undefined ? null : <p className={styles.description}>{step.description}</p>}
      <Facts facts={stepFacts(step)} />
      {step.kind === 'review' ? <ReviewBrief step={step} /> : null}
      {newest < 1 ? null : (
        <div>
          <ToggleChip
            isOn={isCompared}
            onToggle={() => onCompare(isCompared ? undefined : [newest - 1, newest])}
          >
            Compare attempts
          </ToggleChip>
        </div>
      )}
      {/* Read apart from the attempts: where only that fails, they are not to look as if they had done nothing. */}
      {isCompared || attempts.length === 0 || operations.error === null ? null : (
        <QueryView query={operations} what="the git and forge operations">
          {() => null}
        </QueryView>
      )}
      {isCompared ? (
        <AttemptComparison attempts={attempts} chosen={compared} onChoose={onCompare} />
      ) : attempts.length === 0 ? (
        <p className={styles.soft}>
          {isHeld
            ? 'It is held, and dispatched when the run goes on.'
            : step.state === 'to_come'
              ? 'Its turn has not come yet.'
              : 'Nothing was tried.'}
        </p>
      ) : (
        <div className={styles.attempts}>
          {attempts.toReversed().map((attempt) => (
            <AttemptCard
              key={`${attempt.phase} ${attempt.attempt}`}
              attempt={attempt}
              isReview={step.kind === 'review'}
              look={attempt.endedAt === undefined ? openLook : outcomeLook(attempt.outcome)}
              operations={operationsOf(operations.data?.items ?? [], step, attempt)}
            />
          ))}
        </div>
      )}
    </section>
  );
}

/** An attempt that has not ended is in the state that its run is in. */
function lookOfOpen(step: StepView, run: RunPlace, isHeld: boolean): Look {
  if (isHeld) return { ...runStateLook.paused, word: 'Held' };
  return step.state === 'active' ? stepLook(step, run) : outcomeLook(undefined);
}
