import type { Request, Response } from 'express';
import type { DeliveryOutcome, DeliveryRecorder, Exchange } from '../../application/ports/delivery-log.ts';
import { splitWorkflowId } from '../../domain/candidate.ts';
import type { ReadBody } from './read-body.ts';
import type { RenderedAnswer } from './rendered-answer.ts';
import { contextOf } from './request-context.ts';

export interface HttpExchange {
  readonly operationId: string;
  readonly request: Request;
  readonly response: Response;
  /** Undefined when it could not be read. */
  readonly body: ReadBody | undefined;
  readonly answer: RenderedAnswer;
}

/** Problems of a callback whose token held; with any other nobody vouches for what the callback says. */
const VERIFIED: readonly (string | undefined)[] = ['step-not-dispatched', 'run-over', 'too-many-updates'];

/** Keeps what workers said: every callback, and announcements that were refused. */
export function recordExchange(recorder: DeliveryRecorder, exchange: HttpExchange): void {
  const { operationId, request, response, body, answer } = exchange;
  const isCallback = operationId === 'completeStep';
  if (!isCallback && (operationId !== 'announceMigration' || answer.status < 400)) return;
  const said = (parse(answer.body) ?? {}) as Record<string, unknown>;
  const problem = answer.status < 400 ? undefined : String(said['type']).split('/').at(-1);
  const { trace, startedAt } = contextOf(response);
  const durationMs = Math.round(performance.now() - startedAt);
  recorder.record({
    direction: 'in',
    operation: isCallback ? 'callback' : 'announce',
    at: new Date(Date.now() - durationMs).toISOString(),
    durationMs,
    url: request.originalUrl.slice(0, 2000),
    status: answer.status,
    outcome: outcomeOf(answer.status, said),
    ...(problem === undefined ? {} : { problem }),
    ...(typeof said['detail'] === 'string' ? { detail: said['detail'] } : {}),
    isVerified: isCallback && (answer.status < 300 || VERIFIED.includes(problem)),
    traceId: trace.traceId,
    ...(isCallback ? attemptOf(request, body?.value) : announcerOf(body?.value)),
    request: { headers: request.headers, body: body?.value, bytes: body?.bytes },
    answer: { headers: answer.headers, body: answer.body },
  });
}

function outcomeOf(status: number, said: Record<string, unknown>): DeliveryOutcome {
  if (status < 300) return said['result'] === 'duplicate' ? 'duplicate' : 'accepted';
  if (status === 429) return 'busy';
  return status >= 500 ? 'failed' : 'refused';
}

/** What a callback claims to be about; all of it may be made up. */
function attemptOf(request: Request, body: unknown): Partial<Exchange> {
  const { workflowId } = request.params;
  const names = typeof workflowId === 'string' ? splitWorkflowId(workflowId) : undefined;
  const { runId, stepName, phase, attempt } = fieldsOf(body);
  return {
    ...(names === undefined
      ? {}
      : { migrationId: short(names.migrationId), candidateId: short(names.candidateId) }),
    ...(typeof runId === 'string' ? { runId: short(runId) } : {}),
    ...(typeof stepName === 'string' ? { stepName: short(stepName) } : {}),
    ...(phase === 'execute' || phase === 'compensate' ? { phase } : {}),
    ...(typeof attempt === 'number' && Number.isSafeInteger(attempt) ? { attempt } : {}),
  };
}

function announcerOf(body: unknown): Partial<Exchange> {
  const { id, workerApp, instanceId } = fieldsOf(body);
  return {
    ...(typeof id === 'string' ? { migrationId: short(id) } : {}),
    ...(typeof workerApp === 'string' ? { workerApp: short(workerApp) } : {}),
    ...(typeof instanceId === 'string' ? { instanceId: short(instanceId) } : {}),
  };
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function short(text: string): string {
  return text.slice(0, 255);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
