import { useNavigate, useSearch } from '@tanstack/react-router';
import type { DryRun, DryRunStep, Migration } from '../../shared/contract.ts';
import { ToggleChip } from '../../ui/chip.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { BaseNote } from './base-note.tsx';
import { ChangeCount } from './change-count.tsx';
import { PatchDownload } from './patch-download.tsx';
import { PreviewOutline } from './preview-outline.tsx';
import styles from './preview-result.module.css';
import { PreviewStep } from './preview-step.tsx';
import { countsOf, previewSentence } from './preview-summary.ts';
import { useFileDiffs } from './use-file-diffs.ts';

interface PreviewResultProps {
  readonly dryRun: DryRun;
  readonly migration: Migration;
  readonly onAgain: () => void;
}

const none: readonly DryRunStep[] = [];

export function PreviewResult({ dryRun, migration, onAgain }: PreviewResultProps) {
  const steps = dryRun.steps ?? none;
  const diffs = useFileDiffs(steps);
  const layout = useLayout();
  if (dryRun.state === 'failed') {
    return (
      <ProblemPanel
        title="The preview failed"
        detail={dryRun.error}
        mend="Nothing was changed. Mend what it says and run it again."
      />
    );
  }
  return (
    <div className={styles.result}>
      <div className={styles.summary}>
        <p className={styles.sentence} role="status">
          {previewSentence(steps)} <ChangeCount {...countsOf(steps, diffs)} />
        </p>
        <div className={styles.tools}>
          {layout.isFixed ? null : (
            <div role="group" aria-label="Layout of the differences" className={styles.layouts}>
              <ToggleChip isOn={layout.value === 'split'} onToggle={() => layout.set('split')}>
                Side by side
              </ToggleChip>
              <ToggleChip isOn={layout.value === 'unified'} onToggle={() => layout.set('unified')}>
                Unified
              </ToggleChip>
            </div>
          )}
          <PatchDownload dryRun={dryRun} />
        </div>
        <BaseNote dryRun={dryRun} onAgain={onAgain} />
        {dryRun.revision === migration.revision ? null : (
          <p className={styles.outdated} role="status">
            The migration was announced anew since. Run the preview again to see what a run would do now.
          </p>
        )}
      </div>
      <div className={styles.columns}>
        <PreviewOutline steps={steps} diffs={diffs} />
        <ol className={styles.steps}>
          {steps.map((step, index) => (
            <PreviewStep
              key={step.name}
              step={step}
              position={index + 1}
              diffs={diffs}
              layout={layout.value}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

const storageKey = 'loom.diff';

/** Side by side or unified: from the URL, else as it was last; always unified where there is no room. */
function useLayout() {
  const { diff } = useSearch({ from: '/migrations/$migrationId/candidates/$candidateId/preview' });
  const navigate = useNavigate({ from: '/migrations/$migrationId/candidates/$candidateId/preview' });
  const isFixed = useMediaQuery('(max-width: 60rem)');
  const remembered = localStorage.getItem(storageKey) === 'unified' ? 'unified' : 'split';
  const set = (next: 'split' | 'unified') => {
    localStorage.setItem(storageKey, next);
    void navigate({ search: (before) => ({ ...before, diff: next }), replace: true, resetScroll: false });
  };
  return { value: isFixed ? ('unified' as const) : (diff ?? remembered), isFixed, set };
}
