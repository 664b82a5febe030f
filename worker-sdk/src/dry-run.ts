import { randomUUID } from 'node:crypto';
import type { components } from '@loom/api';
import type { Logger } from 'pino';
import { AttemptAbortedError, callHandler } from './attempts/call-handler.ts';
import { type PreparedWork, prepareWork, type StepCatalogue } from './attempts/prepare-work.ts';
import { describeIssues } from './describe-issues.ts';
import { createDryRunRecorder, type DryRunRecorder } from './dry-run-recorder.ts';
import { redact } from './redact.ts';
import type { BaseCommit, JsonObject, StepContext, StepOutcome } from './step-context.ts';

type Schemas = components['schemas'];
export type DryRunRequest = Schemas['DryRunRequest'];
export type DryRunResult = Schemas['DryRunResult'];
type DryRunStep = Schemas['DryRunStep'];
type PlannedStep = DryRunRequest['steps'][number];

export interface DryRunOptions {
  readonly catalogue: StepCatalogue;
  readonly workerApp: string;
  /** Time for the whole dry run. */
  readonly timeoutMs: number;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What is wrong with the inputs of a dry run; empty when nothing is. */
export function checkDryRunInputs(catalogue: StepCatalogue, request: DryRunRequest): readonly string[] {
  const migration = catalogue.migrations.get(request.migrationId);
  if (migration === undefined || request.steps.length === 0) return [];
  const parsed = migration.inputs.safeParse(request.inputs);
  return parsed.success ? [] : describeIssues(parsed.error, 'inputs');
}

/** A condition is the server's to evaluate, and may depend on what a real run finds. */
function withCondition(message: string, { when }: PlannedStep): string {
  return when === undefined ? message : `${message} Only when ${when}`.trim();
}

function describeOutcome(outcome: StepOutcome, step: PlannedStep): Pick<DryRunStep, 'message' | 'error'> {
  if (outcome.status === 'failed') return { error: redact(outcome.message) };
  const message = withCondition(redact(outcome.message ?? ''), step);
  return message === '' ? {} : { message };
}

/** What steps left for each other in the session, such as a clone, goes with the dry run. */
async function dispose(session: ReadonlyMap<string, unknown>, log: Logger): Promise<void> {
  for (const value of session.values()) {
    if (typeof value !== 'object' || value === null || !(Symbol.asyncDispose in value)) continue;
    try {
      await (value as AsyncDisposable)[Symbol.asyncDispose]();
    } catch (err) {
      log.warn({ err }, 'could not clear up after a dry run');
    }
  }
}

/**
 * Runs the `run` handlers of the steps in order with `preview` set, so that they record what they would change. Each
 * sees the outputs of those before it; one that fails is reported and the following still run. Never rejects.
 */
export async function runDryRun(request: DryRunRequest, options: DryRunOptions): Promise<DryRunResult> {
  const { catalogue, workerApp, log } = options;
  const runId = randomUUID();
  const outputs: Record<string, JsonObject> = {};
  const session = new Map<string, unknown>();
  const recorder = createDryRunRecorder();
  const bases = new Map<string, BaseCommit>();
  const controller = new AbortController();
  const abort = () => controller.abort(new AttemptAbortedError('cancelled'));
  if (options.signal.aborted) abort();
  options.signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => controller.abort(new AttemptAbortedError('deadline')), options.timeoutMs);

  async function previewStep(step: PlannedStep, work: PreparedWork): Promise<DryRunStep> {
    const context = makePreviewContext(request, step, work, {
      runId,
      outputs: { ...outputs },
      session,
      recorder,
      bases,
      signal: controller.signal,
      log: log.child({ stepName: step.name, dryRun: runId }),
    });
    const end = await callHandler(() => work.definition.run(context), controller.signal, context.log);
    const { changes, leftOut } = recorder.takeChanges();
    const base = { name: step.name, ...(changes.length === 0 ? {} : { changes: [...changes] }) };
    if (end.kind === 'aborted') return { ...base, error: 'The preview was ended before the step was.' };
    if ('outputs' in end.outcome && end.outcome.outputs !== undefined) {
      outputs[step.name] = end.outcome.outputs;
    }
    const described = describeOutcome(end.outcome, step);
    if (leftOut === 0) return { ...base, ...described };
    return { ...base, ...described, error: `${leftOut} changed files are left out: a preview takes 32 MB.` };
  }

  async function preview(step: PlannedStep): Promise<DryRunStep> {
    const { name } = step;
    if (step.kind === 'review') return { name, message: withCondition('A person decides.', step) };
    if (step.workerApp !== workerApp) {
      return { name, skipped: true, message: `The worker ${step.workerApp} runs this step.` };
    }
    if (controller.signal.aborted) {
      return { name, skipped: true, message: 'The preview was ended before this step.' };
    }
    const preparation = prepareWork(catalogue, {
      migrationId: request.migrationId,
      type: step.type ?? name,
      phase: 'execute',
      config: step.config ?? {},
      inputs: request.inputs,
    });
    return preparation.ok ? previewStep(step, preparation.work) : { name, error: preparation.detail };
  }

  try {
    const steps: DryRunStep[] = [];
    for (const step of request.steps) steps.push(await preview(step));
    return { steps, ...(bases.size === 0 ? {} : { bases: [...bases.values()] }) };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
    await dispose(session, log);
  }
}

function makePreviewContext(
  request: DryRunRequest,
  step: PlannedStep,
  work: PreparedWork,
  means: Pick<StepContext, 'runId' | 'outputs' | 'signal' | 'log'> & {
    readonly session: Map<string, unknown>;
    readonly recorder: DryRunRecorder;
    readonly bases: Map<string, BaseCommit>;
  },
): StepContext {
  const { session, recorder, bases, ...rest } = means;
  return {
    migrationId: request.migrationId,
    stepName: step.name,
    type: work.definition.type,
    phase: 'execute',
    attempt: 1,
    idempotencyKey: `dry-run:${means.runId}:${step.name}`,
    candidate: request.candidate,
    config: work.config,
    inputs: work.inputs,
    previousAttempt: undefined,
    deadline: undefined,
    preview: {
      recordChange: (change) => recorder.record(change),
      recordBase: (base) => bases.set(`${base.repo} ${base.branch}`, base),
      session,
    },
    operation: () => {},
    progress: (message) => means.log.debug({ message }, 'progress of a preview'),
    ...rest,
  };
}
