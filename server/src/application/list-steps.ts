import { type Attempt, type AttemptRecord, attemptKey, hasSucceeded } from '../domain/attempt.ts';
import type { Inputs } from '../domain/inputs.ts';
import type { Manifest } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { withUsualRetry } from '../domain/retry-policy.ts';
import type { CandidateStatus, RunState } from '../domain/run-state.ts';
import type { RetryPolicy, Step } from '../domain/step.ts';
import type { MigrationStore, StoredRun } from './ports/migration-store.ts';
import type { CandidateRef, RunRef } from './ports/refs.ts';
import type { RunEngine, RunProgress } from './ports/run-engine.ts';
import type { Clock } from './ports/system.ts';
import { unknownCandidate } from './read-candidates.ts';

export interface ListStepsDeps {
  readonly store: MigrationStore;
  readonly engine: Pick<RunEngine, 'progress'>;
  readonly clock: Clock;
  readonly usualRetry: RetryPolicy;
}

export type StepState =
  | 'to_come'
  | 'active'
  | 'succeeded'
  | 'merged'
  | 'failed'
  | 'skipped'
  | 'timed_out'
  | 'cancelled'
  | 'compensated';

export interface StepView {
  readonly step: Step;
  readonly state: StepState;
  readonly attempts: readonly AttemptRecord[];
}

export interface StepsView {
  readonly runId?: string | undefined;
  readonly status: CandidateStatus;
  readonly runState?: RunState | undefined;
  readonly source: 'query' | 'store';
  readonly asOf: string;
  readonly steps: readonly StepView[];
  /** What attempts were given, by `inputsVersion`. */
  readonly inputs: ReadonlyMap<number, Inputs>;
}

/** All steps of a run, those to come included. The open run is asked; the store fills in payloads, or stands in. */
export const listSteps =
  (deps: ListStepsDeps) =>
  async (query: CandidateRef & { readonly runId?: string | undefined }): Promise<Outcome<StepsView>> => {
    const { store } = deps;
    const candidate = await store.getCandidate(query);
    if (candidate === undefined) return unknownCandidate(query);
    const runId = query.runId ?? candidate.runId;
    if (runId === undefined) {
      const migration = await store.getMigration(query.migrationId);
      const steps = candidate.steps ?? migration?.steps ?? [];
      return succeed({
        status: candidate.status,
        source: 'store',
        asOf: deps.clock.now().toISOString(),
        steps: steps.map((step) => ({
          step: withUsualRetry(step, deps.usualRetry),
          state: 'to_come',
          attempts: [],
        })),
        inputs: new Map(),
      });
    }
    const ref: RunRef = { migrationId: query.migrationId, candidateId: query.candidateId, runId };
    const [run, manifest] = await Promise.all([store.getRun(ref), store.getManifest(ref)]);
    if (run === undefined || manifest === undefined)
      return refuse('not-found', `"${query.candidateId}" has no run ${runId}.`);
    const isOpen = run.endedAt === undefined && candidate.runId === runId;
    const progress = isOpen ? await deps.engine.progress(ref) : undefined;
    const [records, inputs] = await Promise.all([store.listAttempts(ref), store.listInputs(ref)]);
    const view =
      progress === undefined
        ? fromStore(run, isOpen ? candidate : undefined, deps.clock)
        : fromQuery(progress, deps.clock);
    return succeed({
      runId,
      ...view,
      steps: viewSteps(manifest, progress?.attempts ?? records, records),
      inputs,
    });
  };

function fromQuery({ view }: RunProgress, clock: Clock): Omit<StepsView, 'runId' | 'steps' | 'inputs'> {
  return { status: view.status, runState: view.runState, source: 'query', asOf: clock.now().toISOString() };
}

function fromStore(
  run: StoredRun,
  current: { readonly status: CandidateStatus; readonly runState?: RunState | undefined } | undefined,
  clock: Clock,
): Omit<StepsView, 'runId' | 'steps' | 'inputs'> {
  const ended = run.outcome === 'completed' ? 'completed' : 'not_started';
  return {
    status: current?.status ?? ended,
    runState: current?.runState,
    source: 'store',
    asOf: run.projectedAt ?? clock.now().toISOString(),
  };
}

/** Of a rollback only the steps that it undoes, in that order. */
function viewSteps(
  { steps, undoes }: Manifest,
  attempts: readonly Attempt[],
  records: readonly AttemptRecord[],
): readonly StepView[] {
  const payloads = new Map(records.map((record) => [attemptKey(record), record]));
  const views = steps.map((step, index): StepView => {
    const own = attempts
      .filter((attempt) => attempt.stepIndex === index)
      .map((attempt): AttemptRecord => ({ ...payloads.get(attemptKey(attempt)), ...attempt }))
      .toSorted(byTime);
    return { step, state: stateOf(own), attempts: own };
  });
  return undoes === undefined
    ? views
    : undoes.steps.flatMap((name) => views.find(({ step }) => step.name === name) ?? []);
}

/** Executions come before compensations of the same step, each by number. */
function byTime(a: AttemptRecord, b: AttemptRecord): number {
  if (a.phase !== b.phase) return a.phase === 'execute' ? -1 : 1;
  return a.attempt - b.attempt;
}

function stateOf(attempts: readonly AttemptRecord[]): StepState {
  const last = attempts.at(-1);
  if (last === undefined) return 'to_come';
  if (last.outcome === undefined) return 'active';
  if (last.phase === 'compensate' && hasSucceeded(last.outcome)) return 'compensated';
  // An undo that was skipped leaves the effects of the execution.
  const executed = attempts.findLast(({ phase }) => phase === 'execute')?.outcome;
  if (last.phase === 'compensate' && last.outcome === 'skipped' && executed !== undefined)
    return executed === 'superseded' ? 'active' : executed;
  return last.outcome === 'superseded' ? 'active' : last.outcome;
}
