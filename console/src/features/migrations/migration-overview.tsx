import { Suspense } from 'react';
import type { Migration } from '../../shared/contract.ts';
import { formatCount } from '../../ui/format.ts';
import { lazy } from '../../ui/patient-lazy.ts';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import styles from './migration-overview.module.css';
import { RequiredInputsTable } from './required-inputs-table.tsx';
import { StepOutline } from './step-outline.tsx';

const Markdown = lazy(() => import('../../ui/markdown.tsx').then((module) => ({ default: module.Markdown })));

const capabilities = [
  ['dryRun', 'Preview', 'can say what a run would change'],
  ['compensate', 'Compensation', 'can undo finished steps'],
  ['cancel', 'Cancel', 'stops a step when it is told to'],
  ['discover', 'Discovery', 'looks for candidates on demand'],
] as const;

/** What the migration is: in its own words, step by step, with what it needs and what its worker can do. */
export function MigrationOverview({ migration }: { readonly migration: Migration }) {
  return (
    <div className={styles.overview}>
      <div className={styles.main}>
        {migration.overview === undefined || migration.overview === '' ? null : (
          <Section title="Overview">
            <Suspense fallback={<pre className={styles.plain}>{migration.overview}</pre>}>
              <Markdown text={migration.overview} />
            </Suspense>
          </Section>
        )}
        <Section
          title="Steps"
          aside={<span className={styles.soft}>{formatCount(migration.steps.length, 'step')}</span>}
        >
          <StepOutline steps={migration.steps} />
        </Section>
      </div>
      <div className={styles.side}>
        <Section title="Required inputs">
          <RequiredInputsTable inputs={migration.requiredInputs} />
        </Section>
        <Section title="Capabilities">
          <ul className={styles.capabilities}>
            {capabilities.map(([key, name, meaning]) => {
              const can = migration.capabilities[key] === true;
              return (
                <li key={key}>
                  <StateBadge word={name} tone={can ? 'done' : 'idle'} shape={can ? 'check' : 'dash'} />
                  <span className={styles.soft}>{can ? meaning : `no: nothing here ${meaning}`}</span>
                </li>
              );
            })}
          </ul>
        </Section>
        <Section title="Labels">
          <p className={styles.soft}>
            {migration.labelKeys.length === 0
              ? 'Candidates cannot be filtered by label.'
              : `Candidates can be filtered by ${migration.labelKeys.join(', ')}.`}
          </p>
        </Section>
      </div>
    </div>
  );
}
