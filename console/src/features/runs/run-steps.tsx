import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { Candidate, RunSummary, StepList, StepView } from '../../shared/contract.ts';
import { waitsOnPerson } from '../../shared/moving.ts';
import { QueryView } from '../../shared/query-view.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { stepsQuery } from '../../shared/steps-query.ts';
import { CurrentLink } from '../../ui/current-link.tsx';
import { Loading } from '../../ui/loading.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { CandidateFacts } from './candidate-facts.tsx';
import { RunEvents } from './run-events.tsx';
import { operationsQuery } from './run-queries.ts';
import styles from './run-steps.module.css';
import { StepColumn } from './step-column.tsx';
import { type Compared, StepPanel } from './step-panel.tsx';

const route = '/migrations/$migrationId/candidates/$candidateId';

const InspectorView = lazy(() =>
  import('./inspector/inspector-view.tsx').then((module) => ({ default: module.InspectorView })),
);

interface RunStepsProps {
  readonly target: Target;
  readonly candidate: Candidate;
  /** An older run, else the newest. */
  readonly runId: string | undefined;
  readonly eventsRunId: string | undefined;
  readonly shownRun: RunSummary | undefined;
}

/** Left all steps, right what is selected. */
export function RunSteps({ target, candidate, runId, eventsRunId, shownRun }: RunStepsProps) {
  const { step: wanted, view, run, compare } = useSearch({ from: route });
  const navigate = useNavigate({ from: route });
  const query = useQuery(stepsQuery(target, runId));
  const isRunning = runId === undefined && candidate.runState !== undefined;
  const operations = useQuery({
    ...operationsQuery(target, eventsRunId ?? '', isRunning && !waitsOnPerson(candidate)),
    enabled: eventsRunId !== undefined && view === undefined,
  });
  const keep = run === undefined ? {} : { run };
  // Who looks at events in between comes back to the step that was selected.
  const keepStep = { ...keep, ...(wanted !== undefined && { step: wanted }) };
  return (
    <QueryView query={query} what="the steps" lines={8}>
      {(list) => {
        const selected = list.steps.find((step) => step.name === wanted) ?? stepToShow(list, candidate);
        const held = heldStep(list, candidate);
        const who = list.runId === candidate.runId ? candidate.who : undefined;
        return (
          <div className={styles.columns}>
            <StepColumn
              list={list}
              who={who}
              selected={view === undefined ? selected?.name : undefined}
              held={held}
              keep={keep}
              shownRun={shownRun}
            />
            <div className={styles.right}>
              <nav aria-label="Views of the run" className={styles.views}>
                <CurrentLink to="." search={keepStep} current={view === undefined ? 'page' : undefined}>
                  Step
                </CurrentLink>
                <CurrentLink
                  to="."
                  search={{ ...keepStep, view: 'events' }}
                  current={view === 'events' ? 'page' : undefined}
                >
                  Events
                </CurrentLink>
                <CurrentLink
                  to="."
                  search={{ ...keepStep, view: 'candidate' }}
                  current={view === 'candidate' ? 'page' : undefined}
                >
                  Candidate
                </CurrentLink>
                <CurrentLink
                  to="."
                  search={{ ...keepStep, view: 'inspector' }}
                  current={view === 'inspector' ? 'page' : undefined}
                >
                  Inspector
                </CurrentLink>
              </nav>
              {view === 'events' ? (
                <RunEvents target={target} runId={eventsRunId} isRunning={isRunning} />
              ) : view === 'candidate' ? (
                <CandidateFacts candidate={candidate} />
              ) : view === 'inspector' ? (
                <Suspense fallback={<Loading what="the inspector" lines={10} />}>
                  <InspectorView target={target} runId={eventsRunId} />
                </Suspense>
              ) : selected === undefined ? null : (
                <StepPanel
                  step={selected}
                  run={{ runState: list.runState, who }}
                  isHeld={selected.name === held}
                  operations={operations}
                  compared={readCompared(compare)}
                  onCompare={(compared) =>
                    void navigate({
                      search: { ...keep, step: selected.name, ...writeCompared(compared) },
                      replace: compare !== undefined,
                      resetScroll: false,
                    })
                  }
                />
              )}
            </div>
          </div>
        );
      }}
    </QueryView>
  );
}

function readCompared(text: string | undefined): Compared | undefined {
  const [one, other] = (text ?? '').split('-').map((part) => Number(part) - 1);
  return one === undefined || other === undefined ? undefined : [one, other];
}

function writeCompared(compared: Compared | undefined): { compare?: string } {
  return compared === undefined ? {} : { compare: compared.map((place) => place + 1).join('-') };
}

/** The step that one wants to see: the one that is current, else the last that was tried, else the first. */
function stepToShow(list: StepList, candidate: Candidate): StepView | undefined {
  const current =
    candidate.runState !== undefined && list.runId === candidate.runId ? candidate.step : undefined;
  return (
    list.steps.find((step) => step.name === current) ??
    list.steps.find((step) => step.state === 'active') ??
    list.steps.findLast((step) => step.attempts.length > 0) ??
    list.steps[0]
  );
}

/** Where a paused run stands; what is shown may be another run of the candidate. */
function heldStep(list: StepList, candidate: Candidate): string | undefined {
  return candidate.runState === 'paused' && list.runId === candidate.runId ? candidate.step : undefined;
}
