import { Fragment } from 'react';
import type { Attempt } from '../../shared/contract.ts';
import { formatCount } from '../../ui/format.ts';
import { type ComparedFact, compareAttempts, countChanges } from './attempt-comparison.ts';
import styles from './attempt-comparison-view.module.css';
import { attemptName } from './attempt-name.ts';

interface ComparisonProps {
  /** All of the step, the first one first. */
  readonly attempts: readonly Attempt[];
  /** Places in `attempts`. */
  readonly chosen: readonly [number, number];
  readonly onChoose: (chosen: readonly [number, number]) => void;
}

/** Two attempts side by side; what changed between them stands out in word and colour. */
export function AttemptComparison({ attempts, chosen: [one, other], onChoose }: ComparisonProps) {
  const [left, right] = [attempts[one], attempts[other]];
  if (left === undefined || right === undefined) return null;
  const parts = compareAttempts(left, right);
  const changes = countChanges(parts);
  return (
    <section aria-label="Comparison of two attempts" className={styles.comparison}>
      <p role="status" className={styles.said}>
        {changes === 0 ? 'Nothing but their times differs.' : `${formatCount(changes, 'fact')} changed.`}
      </p>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Comparison">
        <table role="table" className={styles.table}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                <span className="visually-hidden">Fact</span>
              </th>
              <th role="columnheader" scope="col">
                <Choice label="Left" attempts={attempts} at={one} onChange={(at) => onChoose([at, other])} />
              </th>
              <th role="columnheader" scope="col">
                <Choice label="Right" attempts={attempts} at={other} onChange={(at) => onChoose([one, at])} />
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {parts.map(({ title, facts }) => (
              <Fragment key={title}>
                <tr role="row" className={styles.part}>
                  <th role="columnheader" scope="colgroup" colSpan={3}>
                    {title}
                  </th>
                </tr>
                {facts.map((fact) => (
                  <FactRow key={fact.name} fact={fact} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly attempts: readonly Attempt[];
  readonly at: number;
  readonly onChange: (at: number) => void;
}

function Choice({ label, attempts, at, onChange }: ChoiceProps) {
  return (
    <select
      aria-label={`${label} attempt`}
      className={styles.choice}
      value={at}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {attempts.map((attempt, index) => (
        <option key={attemptName(attempt)} value={index}>
          {attemptName(attempt)}
        </option>
      ))}
    </select>
  );
}

function FactRow({ fact: { name, values, isChanged } }: { readonly fact: ComparedFact }) {
  const [one, other] = values;
  return (
    <tr role="row" data-changed={isChanged || undefined}>
      <th role="rowheader" scope="row">
        {name}
        {isChanged ? <span className={styles.changed}>changed</span> : null}
      </th>
      <td role="cell">{one === undefined ? <span className={styles.none}>none</span> : one}</td>
      <td role="cell">{other === undefined ? <span className={styles.none}>none</span> : other}</td>
    </tr>
  );
}
