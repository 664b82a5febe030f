import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { CandidateRef, RunRef } from '../../application/ports/refs.ts';
import type {
  CommandAnswer,
  EngineAnswer,
  RunCommand,
  RunEngine,
  RunProgress,
} from '../../application/ports/run-engine.ts';
import { workflowIdOf } from '../../domain/candidate.ts';
import * as messages from '../../workflows/messages.ts';
import { createRunLists } from './run-lists.ts';

export interface TemporalRunEngineOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Whether the namespace has `LoomMigration` and `LoomCandidate`; starting with unknown ones fails. */
  readonly hasSearchAttributes: () => Promise<boolean>;
  readonly limits: { readonly commandTimeoutMs: number; readonly queryTimeoutMs: number };
}

export const LOOM_MIGRATION = defineSearchAttributeKey('LoomMigration', 'KEYWORD');
export const LOOM_CANDIDATE = defineSearchAttributeKey('LoomCandidate', 'KEYWORD');

/** How long an answer of the `progress` query serves every watcher of that run. */
const COALESCE_MS = 1_000;

export function createTemporalRunEngine({
  client,
  taskQueue,
  hasSearchAttributes,
  limits,
}: TemporalRunEngineOptions): RunEngine {
  const handleOf = (ref: CandidateRef): WorkflowHandle =>
    client.workflow.getHandle(workflowIdOf(ref.migrationId, ref.candidateId));
  const within = <Value>(ms: number, call: () => Promise<Value>): Promise<Value> =>
    client.connection.withDeadline(Date.now() + ms, call);
  const tell = (call: () => Promise<void>): Promise<EngineAnswer> =>
    within(limits.commandTimeoutMs, call).then((): EngineAnswer => ({ kind: 'done' }), answerOf);
  const progress = createCoalescedProgress((run) =>
    within(limits.queryTimeoutMs, () => handleOf(run).query(messages.progress)),
  );

  async function latest(candidate: CandidateRef): ReturnType<RunEngine['latest']> {
    try {
      const { memo, status } = await within(limits.commandTimeoutMs, () => handleOf(candidate).describe());
      const runId: unknown = memo?.['runId'];
      return typeof runId === 'string' ? { runId, isOpen: status.name === 'RUNNING' } : 'none';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'none';
      if (isUnavailable(error)) return undefined;
      throw error;
    }
  }

  async function describe(run: RunRef): ReturnType<RunEngine['describe']> {
    const found = await latest(run);
    if (found === undefined) return undefined;
    if (found === 'none' || found.runId !== run.runId) return 'none';
    return found.isOpen ? 'open' : 'closed';
  }

  return {
    async start(run, plan, traceparent) {
      const searchAttributes = (await hasSearchAttributes())
        ? new TypedSearchAttributes([
            { key: LOOM_MIGRATION, value: run.migrationId },
            { key: LOOM_CANDIDATE, value: run.candidateId },
          ])
        : undefined;
      const { migrationId, candidateId, runId } = run;
      const { revision, ...what } = plan;
      const input: messages.RunInput = {
        kind: 'start',
        start: {
          migrationId,
          candidateId,
          runId,
          ...what,
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      };
      try {
        await within(limits.commandTimeoutMs, () =>
          client.workflow.start('runCandidate', {
            workflowId: workflowIdOf(migrationId, candidateId),
            taskQueue,
            args: [input],
            workflowIdConflictPolicy: 'FAIL',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            memo: { runId, revision },
            ...(searchAttributes === undefined ? {} : { typedSearchAttributes: searchAttributes }),
          }),
        );
        return 'started';
      } catch (error) {
        if (isUnavailable(error)) return 'unavailable';
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        // An answer that was lost, or the reconciler, may have started this very run.
        return (await describe(run)) === 'open' ? 'started' : 'already';
      }
    },

    reportStep: (candidate, report) => tell(() => handleOf(candidate).signal(messages.stepCompleted, report)),
    cancel: (run, cancel) =>
      tell(() =>
        handleOf(run).signal(messages.cancelRequested, { runId: run.runId, ...cancel, catchesUp: true }),
      ),
    redeliver: ({ stepIndex, phase, attempt, ...run }) =>
      tell(() => handleOf(run).signal(messages.redeliver, { runId: run.runId, stepIndex, phase, attempt })),
    wake: (run) => tell(() => handleOf(run).signal(messages.workerBack, { runId: run.runId })),

    async command(run, command, commandId) {
      const send = () => update(handleOf(run), run, command, commandId);
      const answer = await within(limits.commandTimeoutMs, send).then(
        (): CommandAnswer => ({ kind: 'done' }),
        (error: unknown) => (isStale(error) ? ({ kind: 'stale' } as const) : answerOf(error)),
      );
      // When this is lost, the run goes on a second later.
      if (answer.kind === 'done')
        await tell(() => handleOf(run).signal(messages.answered, { runId: run.runId }));
      return answer;
    },
    progress,

    describe,
    latest,
    ...createRunLists({ client, taskQueue, timeoutMs: limits.commandTimeoutMs }),

    async terminate(run, reason) {
      const answer = await tell(async () => {
        await handleOf(run).terminate(reason);
      });
      if (answer.kind === 'unavailable') throw new Error('Temporal did not take the termination.');
    },
  };
}

function update(
  handle: WorkflowHandle,
  { runId }: RunRef,
  command: RunCommand,
  updateId: string,
): Promise<void> {
  const { actor } = command;
  switch (command.kind) {
    case 'retry':
      return handle.executeUpdate(messages.retry, {
        updateId,
        args: [
          {
            ...{ runId, actor, stepName: command.stepName, inputs: command.inputs },
            ifInputsVersion: command.ifInputsVersion,
          },
        ],
      });
    case 'decide':
      return handle.executeUpdate(messages.decide, {
        updateId,
        args: [
          { runId, actor, stepName: command.stepName, decision: command.decision, comment: command.comment },
        ],
      });
    case 'skip':
      return handle.executeUpdate(messages.skip, {
        updateId,
        args: [
          { runId, actor, stepName: command.stepName, reason: command.reason, outputsId: command.outputsId },
        ],
      });
    case 'pause':
    case 'resume':
      return handle.executeUpdate(command.kind === 'pause' ? messages.pause : messages.resume, {
        updateId,
        args: [{ runId, actor, reason: command.reason }],
      });
    case 'change-inputs':
      return handle.executeUpdate(messages.changeInputs, {
        updateId,
        args: [{ runId, actor, inputs: command.inputs, ifInputsVersion: command.ifInputsVersion }],
      });
    default:
      return command satisfies never;
  }
}

function answerOf(error: unknown): EngineAnswer {
  if (error instanceof WorkflowNotFoundError) return { kind: 'no-run' };
  if (error instanceof WorkflowUpdateFailedError)
    return { kind: 'rejected', why: error.cause?.message ?? error.message };
  if (isUnavailable(error)) return { kind: 'unavailable' };
  throw error;
}

function isStale(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === messages.STALE_INPUTS;
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcServiceError(error) ||
    (error instanceof Error && isGrpcServiceError(error.cause))
  );
}

/** Any number of watchers cost one query per run and second. */
function createCoalescedProgress(
  query: (run: RunRef) => Promise<messages.ProgressAnswer>,
): RunEngine['progress'] {
  const recent = new Map<
    string,
    { readonly at: number; readonly answer: Promise<RunProgress | undefined> }
  >();
  return (run) => {
    const now = Date.now();
    for (const [runId, { at }] of recent) {
      if (now - at < COALESCE_MS) break;
      recent.delete(runId);
    }
    const known = recent.get(run.runId);
    if (known !== undefined) return known.answer;
    const answer = query(run).then(
      ({ runId, ...progress }) => (runId === run.runId ? progress : undefined),
      () => undefined,
    );
    recent.set(run.runId, { at: now, answer });
    return answer;
  };
}
