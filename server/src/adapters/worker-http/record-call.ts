import type { DeliveryRecorder, Exchange } from '../../application/ports/delivery-log.ts';
import { parseTraceparent } from '../../telemetry/trace-context.ts';
import type { WorkerAnswer, WorkerCall } from './worker-client.ts';

/** What a call was about and what came of it. */
export type CallFacts = Omit<
  Exchange,
  'direction' | 'at' | 'durationMs' | 'url' | 'status' | 'isVerified' | 'traceId' | 'request' | 'answer'
>;

/** When a call began, by the clock on the wall and by one that never jumps. */
export interface CallStart {
  readonly at: string;
  readonly ms: number;
}

export function startCall(): CallStart {
  return { at: new Date().toISOString(), ms: performance.now() };
}

/** Hands a call of a worker to the recorder, which comes back at once. */
export function recordCall(
  recorder: DeliveryRecorder | undefined,
  { workerUrl, path, body }: Pick<WorkerCall, 'workerUrl' | 'path' | 'body'>,
  start: CallStart,
  answer: WorkerAnswer,
  facts: CallFacts,
): void {
  const traceId = parseTraceparent(answer.sent['traceparent'])?.traceId;
  recorder?.record({
    ...facts,
    direction: 'out',
    at: start.at,
    durationMs: Math.round(performance.now() - start.ms),
    url: `${workerUrl.replace(/\/+$/, '')}${path}`,
    isVerified: true,
    ...(answer.status === undefined ? {} : { status: answer.status }),
    ...(traceId === undefined ? {} : { traceId }),
    request: { headers: answer.sent, body },
    ...(answer.kind === 'none' ? {} : { answer: { headers: answer.headers, body: answer.text } }),
  });
}

/** Of calls whose answer says no more than whether it was taken. */
export function plainOutcome(answer: WorkerAnswer): Pick<CallFacts, 'outcome' | 'detail'> {
  if (answer.kind === 'none') return { outcome: 'unreachable', detail: answer.reason };
  if (answer.status < 300) return { outcome: answer.status === 202 ? 'accepted' : 'done' };
  return { outcome: answer.status >= 500 || answer.status < 400 ? 'failed' : 'refused' };
}
