import type { DryRunStep } from '../../shared/contract.ts';
import { StateShape } from '../../ui/state-shape.tsx';
import { ChangeCount } from './change-count.tsx';
import styles from './preview-outline.module.css';
import { anchorOf, lookOfStep } from './preview-step.tsx';
import { countsOf } from './preview-summary.ts';
import type { FileDiffs } from './use-file-diffs.ts';

interface PreviewOutlineProps {
  readonly steps: readonly DryRunStep[];
  readonly diffs: FileDiffs;
}

/** The steps of the preview, to jump to. */
export function PreviewOutline({ steps, diffs }: PreviewOutlineProps) {
  return (
    <nav aria-label="Steps of the preview" className={styles.outline}>
      <ol>
        {steps.map((step) => {
          const counts = countsOf([step], diffs);
          const look = lookOfStep(step);
          return (
            <li key={step.name}>
              <a href={`#${anchorOf(step)}`} className={styles.link} data-row-link="" data-tone={look.tone}>
                <StateShape shape={look.shape} size={14} />
                <span className={styles.name}>{step.name}</span>
                {counts.files === 0 ? null : <ChangeCount {...counts} />}
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
