import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { RunRef } from '../../application/ports/refs.ts';
import { workflowIdOf } from '../../domain/candidate.ts';

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** The histories of one run of Loom: a new one begins whenever it continues as new. */
export interface RunExecutions {
  /** Temporal's own run ids, the oldest first; they stay within this adapter. */
  readonly ids: readonly string[];
  /** Of the last. */
  readonly described: Described;
  /** Whether the workflow has not been started again since, for another run. */
  readonly isNewest: boolean;
  readonly startedAt: temporal.api.workflow.v1.IWorkflowExecutionInfo['startTime'];
}

const MOST_EXECUTIONS = 200;

/** Undefined when Temporal has nothing of the run. Called within a deadline. */
export async function findExecutions(client: Client, run: RunRef): Promise<RunExecutions | undefined> {
  const workflowId = workflowIdOf(run.migrationId, run.candidateId);
  const newest = await describe(client, workflowId);
  const info = newest?.workflowExecutionInfo;
  const newestId = info?.execution?.runId ?? '';
  if (newest === undefined || newestId === '') return undefined;
  const isOurs = readRunId(info?.memo?.fields) === run.runId;
  if (isOurs && info?.firstRunId === newestId)
    return { ids: [newestId], described: newest, isNewest: true, startedAt: info.startTime };
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: filterOf(run),
    pageSize: MOST_EXECUTIONS,
  });
  const listed = (executions ?? [])
    .filter(({ memo }) => readRunId(memo?.fields) === run.runId)
    .flatMap(({ execution, startTime }) => (execution?.runId ? [{ id: execution.runId, startTime }] : []))
    // The newest first, as Temporal lists them; the newest of all may not be listed yet.
    .toReversed();
  const ids = listed.map(({ id }) => id);
  if (isOurs && !ids.includes(newestId)) ids.push(newestId);
  const last = ids.at(-1);
  if (last === undefined) return undefined;
  const described = isOurs ? newest : await describe(client, workflowId, last);
  return described === undefined
    ? undefined
    : { ids, described, isNewest: isOurs, startedAt: listed[0]?.startTime ?? info?.startTime };
}

/** Of Temporal's list: every workflow of the run's candidate. */
export function filterOf({ migrationId, candidateId }: RunRef): string {
  return `WorkflowId = ${quote(workflowIdOf(migrationId, candidateId))}`;
}

async function describe(client: Client, workflowId: string, runId?: string): Promise<Described | undefined> {
  return client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId, ...(runId === undefined ? {} : { runId }) },
  });
}

/** As a text of Temporal's list filter. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function readRunId(fields: Readonly<Record<string, Payload>> | null | undefined): string | undefined {
  const payload = fields?.['runId'];
  const value: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
  return typeof value === 'string' ? value : undefined;
}
