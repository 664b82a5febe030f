import type { Step } from '../../shared/contract.ts';
import { groupSteps } from '../../shared/step-groups.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { formatDuration } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import styles from './step-outline.module.css';

/** The steps as announced, by group. */
export function StepOutline({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <div className={styles.outline}>
      {groupSteps(steps).map((group) => (
        <section key={group.steps[0]?.step.name} className={styles.group}>
          {group.name === undefined ? null : <h3 className={styles.groupName}>{group.name}</h3>}
          <ol className={styles.steps}>
            {group.steps.map(({ step, position }) => (
              <li key={step.name} className={styles.step}>
                <span className={styles.position}>{position}</span>
                <div className={styles.body}>
                  <p className={styles.name}>{step.name}</p>
                  {step.description === undefined ? null : <p>{step.description}</p>}
                  <p className={styles.facts}>{factsOf(step).join(' · ')}</p>
                  {step.config === undefined || Object.keys(step.config).length === 0 ? null : (
                    <Disclosure summary="Config">
                      <JsonView value={step.config} />
                    </Disclosure>
                  )}
                </div>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function factsOf(step: Step): string[] {
  const facts: string[] = [];
  if (step.kind === 'review') facts.push('a person decides');
  else facts.push(`run by ${step.workerApp}`);
  if (step.type !== undefined && step.type !== step.name) facts.push(`type ${step.type}`);
  if (step.compensable === true) facts.push('can be undone');
  if (step.cancelGraceSeconds) facts.push(`${formatDuration(step.cancelGraceSeconds * 1_000)} to stop`);
  if (step.timeoutMs !== undefined) facts.push(`within ${formatDuration(step.timeoutMs)}`);
  const reminds = step.remindAfterMs ?? step.review?.remindAfterMs;
  if (reminds !== undefined) facts.push(`reminds after ${formatDuration(reminds)}`);
  if (step.retry !== undefined) facts.push(`up to ${step.retry.maxAttempts} attempts by itself`);
  if (step.concurrencyKey !== undefined) facts.push(`one at a time with ${step.concurrencyKey}`);
  if (step.when !== undefined) facts.push(`only when ${step.when}`);
  return facts;
}
