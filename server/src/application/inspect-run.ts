import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { CandidateStatus, RunOutcome, RunState } from '../domain/run-state.ts';
import type { MigrationStore, StoredRun } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type {
  EngineInspection,
  InspectedPlace,
  InspectionKind,
  OpenTimer,
  RunInspector,
} from './ports/run-inspector.ts';
import type { Clock } from './ports/system.ts';
import { unknownCandidate } from './read-candidates.ts';

export interface InspectRunDeps {
  readonly store: Pick<MigrationStore, 'getCandidate' | 'getRun' | 'getManifest'>;
  readonly inspector: RunInspector;
  readonly clock: Clock;
}

export interface InspectRunQuery extends RunRef {
  readonly kinds: readonly InspectionKind[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What Loom's own store has of the run, to hold against what the engine has. */
export interface StoredView {
  readonly status: CandidateStatus;
  readonly runState?: RunState | undefined;
  readonly since?: string | undefined;
  readonly reason?: string | undefined;
  readonly outcome?: RunOutcome | undefined;
}

export interface RunInspection
  extends InspectedPlace,
    Pick<EngineInspection, 'pendingActivities' | 'entries'>,
    Partial<Omit<EngineInspection, 'state' | 'link' | 'pendingActivities' | 'timers' | 'entries'>> {
  readonly runId: string;
  readonly state: EngineInspection['state'] | 'not_found';
  readonly note?: string | undefined;
  readonly asOf: string;
  readonly stored: StoredView;
  readonly timers: readonly (OpenTimer & { readonly text: string })[];
}

const RETRY_AFTER_SECONDS = 5;

export const inspectRun =
  ({ store, inspector, clock }: InspectRunDeps) =>
  async ({ kinds, limit, cursor, ...run }: InspectRunQuery): Promise<Outcome<RunInspection>> => {
    const candidate = await store.getCandidate(run);
    if (candidate === undefined) return unknownCandidate(run);
    const [kept, manifest] = await Promise.all([store.getRun(run), store.getManifest(run)]);
    if (kept === undefined) return refuse('not-found', `"${run.candidateId}" has no run ${run.runId}.`);
    const stepNames = manifest?.steps.map(({ name }) => name) ?? [];
    const found = await inspector.inspect({ run, stepNames, kinds, limit, cursor });
    if (found.kind === 'unavailable')
      return refuse('unavailable', 'Temporal does not answer; nothing can be said of the workflow now.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    if (found.kind === 'cursor-mismatch')
      return refuse('cursor-mismatch', 'The cursor was made for another run or filter.');
    const isCurrent = candidate.runId === run.runId && kept.endedAt === undefined;
    const shared = {
      ...inspector.placeOf(run),
      runId: run.runId,
      asOf: clock.now().toISOString(),
      stored: isCurrent ? viewOpen(candidate) : viewEnded(kept),
    };
    if (found.kind === 'found') {
      const { link = shared.link, timers, ...inspection } = found.inspection;
      const fallback = WAITS_FOR[shared.stored.runState ?? 'queued'];
      return succeed({
        ...shared,
        ...inspection,
        ...(link === undefined ? {} : { link }),
        timers: timers.map((timer) => ({ ...timer, text: timer.text ?? fallback })),
      });
    }
    return succeed({
      ...shared,
      state: 'not_found',
      note: isCurrent ? NEVER_STARTED : NO_LONGER_KEPT,
      pendingActivities: [],
      timers: [],
      entries: [],
    });
  };

const LOOKS_AGAIN = 'looks again, should nobody wake it';
const TIME_LIMIT = 'time limit of the step';

/** What a run in this state sets a timer for. */
const WAITS_FOR: Readonly<Record<RunState, string>> = {
  queued: LOOKS_AGAIN,
  dispatching: LOOKS_AGAIN,
  awaiting_worker: LOOKS_AGAIN,
  in_progress: TIME_LIMIT,
  pending: TIME_LIMIT,
  awaiting_retry: 'automatic retry',
  awaiting_approval: 'reminder or escalation of the review',
  paused: LOOKS_AGAIN,
  compensating: TIME_LIMIT,
  cancelling: 'asks the worker again whether it has stopped',
  lost: LOOKS_AGAIN,
};

const NEVER_STARTED =
  'Temporal has no workflow of this run. It is started within seconds of the start, or made again by the check that looks for lost runs.';
const NO_LONGER_KEPT =
  'Temporal no longer has the workflow of this run: it removes those that are over after its retention period. What Loom keeps of the run stays.';

function viewOpen({ status, runState, since, reason }: Omit<StoredView, 'outcome'>): StoredView {
  return { status, runState, since, reason };
}

function viewEnded({ outcome, endedAt, reason }: StoredRun): StoredView {
  return { status: outcome === 'completed' ? 'completed' : 'not_started', since: endedAt, reason, outcome };
}
