import { type ReactNode, useRef, useState } from 'react';
import type { RunSummary, StepList, WhoActs } from '../../shared/contract.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { RunFacts } from './run-facts.tsx';
import styles from './step-column.module.css';
import { StepNav, stepsDone } from './step-nav.tsx';
import { useCurrentInSight } from './use-current-in-sight.ts';

interface StepColumnProps {
  readonly list: StepList;
  /** Who must act, where the run of the list is open. */
  readonly who: WhoActs | undefined;
  readonly selected: string | undefined;
  /** Where a paused run stands. */
  readonly held: string | undefined;
  /** What stays in the URL when another step is selected. */
  readonly keep: { readonly run?: string };
  readonly shownRun: RunSummary | undefined;
}

/** All steps, beside what is selected; where there is no room beside it they are folded above it. */
export function StepColumn({ list, who, selected, held, keep, shownRun }: StepColumnProps) {
  const column = useRef<HTMLDivElement>(null);
  useCurrentInSight(column, selected);
  const isNarrow = useMediaQuery('(max-width: 55.9375rem)');
  const steps = { list, who, selected, held, keep };
  const about = shownRun === undefined ? null : <RunFacts run={shownRun} />;
  return (
    <div ref={column} className={styles.column}>
      {isNarrow ? <FoldedSteps {...steps}>{about}</FoldedSteps> : <StepNav {...steps} />}
      <AsOf list={list} />
      {isNarrow ? null : about}
    </div>
  );
}

interface FoldedStepsProps extends Omit<StepColumnProps, 'shownRun'> {
  /** What is folded with them. */
  readonly children: ReactNode;
}

/** Closed by the choice of a step, which stands right below. */
function FoldedSteps({ children, ...steps }: FoldedStepsProps) {
  const [isOpen, setOpen] = useState(false);
  const summary = useRef<HTMLElement>(null);
  const { steps: all } = steps.list;
  const close = () => {
    setOpen(false);
    // What was picked is gone from sight, and with it the focus would be.
    summary.current?.focus();
  };
  return (
    <details className={styles.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary ref={summary} className={styles.summary}>
        Steps{' '}
        <span className={styles.soft}>
          {stepsDone(steps.list)} of {all.length} done
        </span>
      </summary>
      <StepNav {...steps} onPick={close} />
      {children}
    </details>
  );
}

/** Says so where the engine did not answer and the stored steps are shown. */
function AsOf({ list }: { readonly list: StepList }) {
  if (list.source === 'query' || list.runState === undefined || list.asOf === undefined) return null;
  return (
    <p className={styles.asOf}>
      As stored <RelativeTime at={list.asOf} />; the engine did not answer in time.
    </p>
  );
}
