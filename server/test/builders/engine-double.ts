import type { CandidateRef, RunRef } from '../../src/application/ports/refs.ts';
import type {
  EngineAnswer,
  EngineRun,
  RunCommand,
  RunEngine,
  RunPlan,
  RunProgress,
} from '../../src/application/ports/run-engine.ts';
import { splitWorkflowId, workflowIdOf } from '../../src/domain/candidate.ts';
import type { AttemptFence, ReportSignal } from '../../src/domain/run-messages.ts';

/** What a run was told, in the order in which it was. */
export type Told =
  | { readonly kind: 'report'; readonly report: ReportSignal }
  | { readonly kind: 'cancel'; readonly compensate: boolean; readonly reason?: string | undefined }
  | { readonly kind: 'command'; readonly command: RunCommand; readonly commandId: string }
  | { readonly kind: 'redeliver'; readonly fence: AttemptFence }
  | { readonly kind: 'wake'; readonly runId: string };

/**
 * Keeps one workflow per candidate as Temporal does: open or closed, known by its runId, silent while it is away. What
 * a run does with what it is told is the interpreter's and tested with it.
 */
export interface EngineDouble extends RunEngine {
  isAway: boolean;
  /** Why every command is rejected. */
  rejects: string | undefined;
  /** How many commands come with inputs that were changed meanwhile, and what happens then. */
  staleTimes: number;
  whenStale: (() => Promise<void>) | undefined;
  readonly started: {
    readonly run: RunRef;
    readonly plan: RunPlan;
    readonly traceparent: string | undefined;
  }[];
  readonly told: Told[];
  /** What the run answers to `progress`; without one it does not answer. */
  readonly progresses: Map<string, RunProgress>;
  /** The workflow is over, as after its end or a termination by hand. */
  close(ref: CandidateRef): void;
  reopen(ref: CandidateRef): void;
  /** Temporal forgot it. */
  forget(ref: CandidateRef): void;
}

export function createEngineDouble(): EngineDouble {
  const workflows = new Map<
    string,
    { readonly runId: string; readonly revision: string | undefined; isOpen: boolean }
  >();
  const idOf = ({ migrationId, candidateId }: CandidateRef) => workflowIdOf(migrationId, candidateId);
  const tell = (ref: CandidateRef, told: Told): EngineAnswer => {
    if (engine.isAway) return { kind: 'unavailable' };
    if (workflows.get(idOf(ref))?.isOpen !== true) return { kind: 'no-run' };
    if (told.kind === 'command' && engine.rejects !== undefined)
      return { kind: 'rejected', why: engine.rejects };
    engine.told.push(told);
    return { kind: 'done' };
  };
  const list = (isOpen: boolean): readonly EngineRun[] => {
    if (engine.isAway) throw new Error('Temporal does not answer.');
    return [...workflows].flatMap(([id, { runId, revision, isOpen: is }]) => {
      const names = splitWorkflowId(id);
      return names === undefined || is !== isOpen ? [] : [{ ...names, runId, revision }];
    });
  };
  const engine: EngineDouble = {
    isAway: false,
    rejects: undefined,
    staleTimes: 0,
    whenStale: undefined,
    started: [],
    told: [],
    progresses: new Map(),
    close: (ref) => {
      const workflow = workflows.get(idOf(ref));
      if (workflow !== undefined) workflow.isOpen = false;
    },
    reopen: (ref) => {
      const workflow = workflows.get(idOf(ref));
      if (workflow !== undefined) workflow.isOpen = true;
    },
    forget: (ref) => {
      workflows.delete(idOf(ref));
    },
    async start(run, plan, traceparent) {
      if (engine.isAway) return 'unavailable';
      const known = workflows.get(idOf(run));
      if (known?.isOpen === true) return known.runId === run.runId ? 'started' : 'already';
      workflows.set(idOf(run), { runId: run.runId, revision: plan.revision, isOpen: true });
      engine.started.push({ run, plan, traceparent });
      return 'started';
    },
    reportStep: async (candidate, report) => tell(candidate, { kind: 'report', report }),
    cancel: async (run, { compensate, reason }) => tell(run, { kind: 'cancel', compensate, reason }),
    command: async (run, command, commandId) => {
      if (engine.staleTimes > 0) {
        engine.staleTimes -= 1;
        await engine.whenStale?.();
        return { kind: 'stale' };
      }
      return tell(run, { kind: 'command', command, commandId });
    },
    redeliver: async ({ runId, stepIndex, phase, attempt, ...run }) =>
      tell(run, { kind: 'redeliver', fence: { runId, stepIndex, phase, attempt } }),
    wake: async (run) => tell(run, { kind: 'wake', runId: run.runId }),
    progress: async ({ runId }) => (engine.isAway ? undefined : engine.progresses.get(runId)),
    async describe(run) {
      if (engine.isAway) return undefined;
      const workflow = workflows.get(idOf(run));
      if (workflow?.runId !== run.runId) return 'none';
      return workflow.isOpen ? 'open' : 'closed';
    },
    async latest(ref) {
      if (engine.isAway) return undefined;
      const workflow = workflows.get(idOf(ref));
      return workflow === undefined ? 'none' : { runId: workflow.runId, isOpen: workflow.isOpen };
    },
    listOpen: async () => ({ items: list(true) }),
    listClosed: async (migrationId) => ({
      items: list(false).filter((run) => run.migrationId === migrationId),
    }),
    async terminate(run) {
      if (engine.isAway) throw new Error('Temporal did not take the termination.');
      engine.close(run);
    },
  };
  return engine;
}
