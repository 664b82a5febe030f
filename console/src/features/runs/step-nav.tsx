import type { StepList, StepView, WhoActs } from '../../shared/contract.ts';
import { type RunPlace, stepLook } from '../../shared/state-look.ts';
import { groupSteps } from '../../shared/step-groups.ts';
import { CurrentLink } from '../../ui/current-link.tsx';
import { StateShape } from '../../ui/state-shape.tsx';
import { Duration } from '../../ui/time.tsx';
import styles from './step-nav.module.css';

interface StepNavProps {
  readonly list: StepList;
  /** Who must act, where the run of the list is open. */
  readonly who: WhoActs | undefined;
  readonly selected: string | undefined;
  /** Where a paused run stands. */
  readonly held: string | undefined;
  /** What stays in the URL when another step is selected. */
  readonly keep: { readonly run?: string };
  readonly onPick?: () => void;
}

const behind: ReadonlySet<StepView['state']> = new Set(['succeeded', 'merged', 'skipped', 'compensated']);

/** How many steps a run has behind it. */
export function stepsDone({ steps }: StepList): number {
  return steps.filter(({ state }) => behind.has(state)).length;
}

/** All steps by group, done and to come, on one thread. */
export function StepNav({ list, who, selected, held, keep, onPick }: StepNavProps) {
  return (
    <nav aria-label={`Steps, ${stepsDone(list)} of ${list.steps.length} done`} className={styles.nav}>
      {groupSteps(list.steps).map((group) => (
        <section key={group.steps[0]?.step.name} className={styles.group}>
          {group.name === undefined ? null : <h2 className={styles.groupName}>{group.name}</h2>}
          <ol>
            {group.steps.map(({ step, position }) => (
              <li key={step.name} className={styles.item}>
                <StepLink
                  step={step}
                  position={position}
                  run={{ runState: list.runState, who }}
                  isSelected={step.name === selected}
                  isHeld={step.name === held}
                  keep={keep}
                  {...(onPick && { onPick })}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </nav>
  );
}

interface StepLinkProps {
  readonly step: StepView;
  readonly position: number;
  readonly run: RunPlace;
  readonly isSelected: boolean;
  readonly isHeld: boolean;
  readonly keep: { readonly run?: string };
  readonly onPick?: () => void;
}

function StepLink({ step, position, run, isSelected, isHeld, keep, onPick }: StepLinkProps) {
  const look = stepLook(step, run, isHeld);
  const isToCome = step.state === 'to_come' && !isHeld;
  const first = step.attempts[0];
  const last = step.attempts.at(-1);
  return (
    <CurrentLink
      to="."
      search={{ ...keep, step: step.name }}
      resetScroll={false}
      onClick={onPick}
      className={styles.link}
      current={isSelected ? 'step' : undefined}
      data-row-link=""
      data-tone={look.tone}
      data-to-come={isToCome || undefined}
    >
      <span className={styles.shape}>
        <StateShape shape={look.shape} />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>
          <span className="visually-hidden">{position}. </span>
          {step.name}
        </span>
        {isToCome ? null : (
          <span className={styles.state}>
            {look.word}
            {last !== undefined && last.attempt > 1 ? `, attempt ${last.attempt}` : ''}
          </span>
        )}
      </span>
      {isToCome ? <span className={styles.duration}>to come</span> : null}
      {first === undefined || last === undefined ? null : (
        <span className={styles.duration}>
          <Duration from={first.startedAt} to={last.endedAt} />
        </span>
      )}
    </CurrentLink>
  );
}
