import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Page } from '../../application/ports/refs.ts';
import type { EngineRun, RunEngine } from '../../application/ports/run-engine.ts';
import { splitWorkflowId } from '../../domain/candidate.ts';

export interface RunListsOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly timeoutMs: number;
}

/** Runs by Temporal's visibility, which is a moment behind. */
export function createRunLists({
  client,
  taskQueue,
  timeoutMs,
}: RunListsOptions): Pick<RunEngine, 'listOpen' | 'listClosed'> {
  async function list(query: string, cursor: string | undefined, limit: number): Promise<Page<EngineRun>> {
    const { executions, nextPageToken } = await client.connection.withDeadline(Date.now() + timeoutMs, () =>
      client.workflowService.listWorkflowExecutions({
        namespace: client.options.namespace,
        query: `WorkflowType = 'runCandidate' AND TaskQueue = '${taskQueue}' AND ${query}`,
        pageSize: limit,
        nextPageToken: cursor === undefined ? null : Buffer.from(cursor, 'base64url'),
      }),
    );
    const items = (executions ?? []).flatMap(({ execution, memo }) => {
      const names = splitWorkflowId(execution?.workflowId ?? '');
      const { runId, revision } = readMemo(memo?.fields);
      return names === undefined || runId === undefined ? [] : [{ ...names, runId, revision }];
    });
    const hasMore = nextPageToken !== null && nextPageToken !== undefined && nextPageToken.length > 0;
    return { items, ...(hasMore ? { nextCursor: Buffer.from(nextPageToken).toString('base64url') } : {}) };
  }

  return {
    listOpen: (cursor, limit) => list("ExecutionStatus = 'Running'", cursor, limit),
    // Ids of migrations are lower case letters, digits and hyphens, so nothing of them has to be escaped.
    listClosed: (migrationId, cursor, limit) =>
      list(
        `ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew' AND WorkflowId STARTS_WITH '${migrationId}__'`,
        cursor,
        limit,
      ),
  };
}

/** What a run was started under; older runs have less. */
function readMemo(fields: Readonly<Record<string, Payload>> | null | undefined) {
  const read = (name: string): string | undefined => {
    const payload = fields?.[name];
    const value: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
    return typeof value === 'string' ? value : undefined;
  };
  return { runId: read('runId'), revision: read('revision') };
}
