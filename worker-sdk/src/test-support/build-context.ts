import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { BaseCommit, FileChange, Operation, StepContext } from '../step-context.ts';

type Nothing = Record<string, never>;

/** A step context together with what the step told about itself. */
export interface RecordedContext extends StepContext<Nothing, Nothing> {
  readonly operations: readonly Operation[];
  readonly changes: readonly FileChange[];
  readonly bases: readonly BaseCommit[];
}

/** A context as a worker would give it; a test says what it cares about. */
export function buildContext(
  parts: Partial<StepContext<Nothing, Nothing>> & { readonly isPreview?: boolean } = {},
): RecordedContext {
  const { isPreview = false, ...rest } = parts;
  const operations: Operation[] = [];
  const changes: FileChange[] = [];
  const bases: BaseCommit[] = [];
  const runId = parts.runId ?? randomUUID();
  const { stepName = 'bump', phase = 'execute', attempt = 1 } = parts;
  return {
    migrationId: 'bump-version',
    runId,
    stepName,
    type: 'bump',
    phase,
    attempt,
    idempotencyKey: `${runId}:${stepName}:${phase}:${attempt}`,
    candidate: { id: 'billing', kind: 'repository', labels: {}, metadata: {}, files: [] },
    config: {},
    inputs: {},
    outputs: {},
    previousAttempt: undefined,
    deadline: undefined,
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
    preview: isPreview
      ? {
          session: new Map(),
          recordChange: (change) => changes.push(change),
          recordBase: (base) => bases.push(base),
        }
      : undefined,
    operation: (operation) => operations.push(operation),
    progress: () => undefined,
    operations,
    changes,
    bases,
    ...rest,
  };
}
