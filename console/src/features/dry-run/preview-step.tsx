import type { DryRunStep, FileChange } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';
import { formatCount } from '../../ui/format.ts';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { FileChangeView } from './file-change-view.tsx';
import type { DiffLayout } from './preview-search.ts';
import styles from './preview-step.module.css';
import type { FileDiffs } from './use-file-diffs.ts';

interface PreviewStepProps {
  readonly step: DryRunStep;
  readonly position: number;
  readonly diffs: FileDiffs;
  readonly layout: DiffLayout;
}

export function anchorOf(step: DryRunStep): string {
  return `step-${step.name}`;
}

export function lookOfStep(step: DryRunStep): Look {
  const files = step.changes?.length ?? 0;
  if (step.error !== undefined) return { word: 'Would fail', tone: 'bad', shape: 'cross' };
  if (files > 0) return { word: formatCount(files, 'file'), tone: 'progress', shape: 'handing' };
  if (step.skipped === true) return { word: 'Skipped', tone: 'idle', shape: 'dash' };
  return { word: 'Nothing to do', tone: 'idle', shape: 'hollow' };
}

export function PreviewStep({ step, position, diffs, layout }: PreviewStepProps) {
  return (
    <li id={anchorOf(step)} className={styles.step}>
      <div className={styles.header}>
        <span className={styles.position} aria-hidden="true">
          {position}
        </span>
        <h2 className={styles.name}>{step.name}</h2>
        <StateBadge {...lookOfStep(step)} />
      </div>
      {step.message === undefined ? null : <p className={styles.message}>{step.message}</p>}
      {step.error === undefined ? null : (
        <ProblemPanel
          title={`${step.name} would fail`}
          detail={step.error}
          mend="Mend it before you start, or the run waits here."
        />
      )}
      {byRepository(step.changes ?? []).map(([repo, changes]) => (
        <section key={repo} className={styles.repository}>
          <h3 className={styles.repo}>{repo}</h3>
          {changes.map((change) => (
            <FileChangeView key={change.path} change={change} diff={diffs.get(change)} layout={layout} />
          ))}
        </section>
      ))}
    </li>
  );
}

function byRepository(changes: readonly FileChange[]): readonly (readonly [string, readonly FileChange[]])[] {
  const repositories = new Map<string, FileChange[]>();
  for (const change of changes) {
    const group = repositories.get(change.repo) ?? [];
    group.push(change);
    repositories.set(change.repo, group);
  }
  return [...repositories];
}
