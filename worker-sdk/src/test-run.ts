import { randomUUID } from 'node:crypto';
import type { components } from '@loom/api';
import { pino } from 'pino';
import { announceStep } from './announced-step.ts';
import type { RecordedOperation, StepResult } from './attempts/attempt-record.ts';
import { boundResult } from './attempts/bound-result.ts';
import { callHandler, type HandlerEnd } from './attempts/call-handler.ts';
import { createOperationBuffer } from './attempts/operation-buffer.ts';
import { prepareWork } from './attempts/prepare-work.ts';
import type { Migration } from './define-migration.ts';
import type { StepDefinition } from './define-step.ts';
import { isPassing } from './describe-failure.ts';
import type { MigrationStep } from './migration-step.ts';
import { failed, pending } from './outcomes.ts';
import type { DispatchedCandidate, JsonObject, StepContext, StepOutcome } from './step-context.ts';

/** What a person would give at start. */
export type TestInputs = Readonly<Record<string, string | number | boolean>>;

/** One execution of one step in a {@link TestRun}. */
export interface TestAttempt {
  readonly stepName: string;
  readonly phase: 'execute' | 'compensate';
  /** Numbered from 1, per step and phase. */
  readonly attempt: number;
  /** As the server would get it: the message cut, credentials taken out, data that is too large a failure. */
  readonly result: StepResult;
  readonly operations: readonly RecordedOperation[];
  readonly progress: readonly string[];
}

/** A run of a migration without a server. It stands where a real one would: at a failure, a review, a pending step. */
export interface TestRun {
  readonly state: 'running' | 'completed' | 'failed' | 'pending' | 'awaiting_approval' | 'compensated';
  /** The step where it stands; undefined at the end. */
  readonly stepName: string | undefined;
  readonly attempts: readonly TestAttempt[];
  readonly outputs: Readonly<Record<string, JsonObject>>;
  /** Calls the poll handler of the pending step and goes on when it has ended. */
  poll(): Promise<TestRun>;
  /** Approves the review and goes on. */
  approve(): Promise<TestRun>;
  /** Runs the failed step again, perhaps with other inputs, and goes on. */
  retry(inputs?: TestInputs): Promise<TestRun>;
  /** Undoes the finished steps that can be undone, in reverse order, until one fails. */
  compensate(): Promise<TestRun>;
}

/** The test asked for what the run or the migration does not allow. */
export class TestRunError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TestRunError';
  }
}

const week = 7 * 86_400_000;
const log = pino({ level: 'silent' });

interface Position {
  state: TestRun['state'];
  index: number;
  pollState: JsonObject;
}

/** Runs the steps of a candidate up to the first that fails or waits. */
export function startTestRun(
  migration: Migration,
  candidate: DispatchedCandidate,
  steps: readonly MigrationStep[],
  runId: string,
  startInputs: TestInputs,
): Promise<TestRun> {
  let inputs = startInputs;
  const attempts: TestAttempt[] = [];
  const outputs: Record<string, JsonObject> = {};
  const at: Position = { state: 'running', index: 0, pollState: {} };
  const catalogue = { migrations: new Map([[migration.id, migration]]), stepTypes: new Map() };

  async function call(
    step: Extract<MigrationStep, { use: StepDefinition }>,
    phase: TestAttempt['phase'],
    attempt: number,
    handler: (definition: StepDefinition, context: StepContext) => Promise<StepOutcome> | undefined,
  ): Promise<StepOutcome> {
    const { type = step.name, config = {} } = announceStep(step, 'test');
    const preparation = prepareWork(catalogue, { migrationId: migration.id, type, phase, config, inputs });
    if (!preparation.ok) throw new TestRunError(preparation.detail);
    const { work } = preparation;
    const operations = createOperationBuffer([], []);
    const progress: string[] = [];
    const previous = attempts.findLast(
      (done) => done.stepName === step.name && done.phase === phase && done.attempt < attempt,
    );
    const { signal } = new AbortController();
    const context: StepContext = {
      migrationId: migration.id,
      runId,
      stepName: step.name,
      type,
      phase,
      attempt,
      idempotencyKey: `${runId}:${step.name}:${phase}:${attempt}`,
      candidate,
      config: work.config,
      inputs: work.inputs,
      outputs: { ...outputs },
      previousAttempt: previous === undefined ? undefined : describeAttempt(previous),
      deadline: new Date(Date.now() + (step.timeoutMs ?? week)),
      signal,
      log,
      preview: undefined,
      operation: (operation) => operations.add(operation),
      progress: (message) => void progress.push(message),
    };
    const end = await callHandler(
      async () => {
        const outcome = await handler(work.definition, context);
        if (outcome === undefined) throw new TestRunError(`The step type "${type}" has no such handler.`);
        return outcome;
      },
      signal,
      log,
    );
    if (end.kind === 'aborted') throw new TestRunError('The handler was aborted.');
    const outcome = judge(end, work.definition);
    const result = boundResult(outcome, randomUUID());
    attempts.push({ stepName: step.name, phase, attempt, result, operations: operations.all, progress });
    if (result.outputs !== undefined) outputs[step.name] = result.outputs;
    return result.status === outcome.status ? outcome : failed(result.message ?? '');
  }

  /** What a worker makes of it: trouble on the way does not end the waiting, and nothing waits without a poll handler. */
  function judge(end: Exclude<HandlerEnd, { kind: 'aborted' }>, definition: StepDefinition): StepOutcome {
    if (end.kind === 'threw' && at.state === 'pending' && isPassing(end.outcome)) {
      return pending(end.outcome.message, at.pollState);
    }
    if (end.outcome.status !== 'pending' || definition.poll !== undefined) return end.outcome;
    return failed(`The step type "${definition.type}" answers pending but has no poll handler.`);
  }

  function count(stepName: string, phase: TestAttempt['phase']): number {
    const numbers = attempts.filter((done) => done.stepName === stepName && done.phase === phase);
    return Math.max(0, ...numbers.map(({ attempt }) => attempt));
  }

  /** @returns whether the run goes on with the next step. */
  function settle(outcome: StepOutcome): boolean {
    switch (outcome.status) {
      case 'failed':
        at.state = 'failed';
        return false;
      case 'pending':
        at.state = 'pending';
        at.pollState = outcome.state;
        return false;
      default:
        at.index += 1;
        return true;
    }
  }

  async function goOn(): Promise<TestRun> {
    for (let step = steps[at.index]; step !== undefined; step = steps[at.index]) {
      if (!('use' in step)) {
        at.state = 'awaiting_approval';
        return run;
      }
      at.state = 'running';
      const attempt = count(step.name, 'execute') + 1;
      const outcome = await call(step, 'execute', attempt, (definition, context) => definition.run(context));
      if (!settle(outcome)) return run;
    }
    at.state = 'completed';
    return run;
  }

  function stepAt(state: TestRun['state']): MigrationStep {
    const step = steps[at.index];
    if (step !== undefined && at.state === state) return step;
    throw new TestRunError(`The run is ${at.state}, not ${state}.`);
  }

  const run: TestRun = {
    get state() {
      return at.state;
    },
    get stepName() {
      return steps[at.index]?.name;
    },
    attempts,
    outputs,
    async poll() {
      const step = stepAt('pending');
      if (!('use' in step)) return run;
      const { pollState } = at;
      const attempt = count(step.name, 'execute');
      const outcome = await call(step, 'execute', attempt, (definition, context) =>
        definition.poll?.(context, structuredClone(pollState)),
      );
      return settle(outcome) ? goOn() : run;
    },
    async approve() {
      stepAt('awaiting_approval');
      at.index += 1;
      return goOn();
    },
    async retry(changed = {}) {
      stepAt('failed');
      inputs = { ...inputs, ...changed };
      return goOn();
    },
    async compensate() {
      for (const step of steps.slice(0, at.index).toReversed()) {
        if (!('use' in step) || step.use.compensate === undefined) continue;
        const attempt = count(step.name, 'compensate') + 1;
        const outcome = await call(step, 'compensate', attempt, (definition, context) =>
          definition.compensate?.(context),
        );
        if (outcome.status === 'failed') {
          at.state = 'failed';
          return run;
        }
      }
      at.state = 'compensated';
      at.index = 0;
      return run;
    },
  };
  return goOn();
}

function describeAttempt({ attempt, result }: TestAttempt): components['schemas']['PreviousAttempt'] {
  const { status, message, metadata } = result;
  return {
    attempt,
    ...(status === 'pending' ? {} : { outcome: status }),
    ...(message === undefined ? {} : { message }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
