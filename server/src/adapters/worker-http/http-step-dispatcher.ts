import type { components } from '@loom/api';
import type { CallbackTokens } from '../../application/ports/callbacks.ts';
import type { DeliveryRecorder } from '../../application/ports/delivery-log.ts';
import type {
  DialOutcome,
  DispatchRequest,
  StepDispatcher,
  StopState,
} from '../../application/ports/step-dispatcher.ts';
import { idempotencyKey } from '../../domain/attempt.ts';
import { workflowIdOf } from '../../domain/candidate.ts';
import { continueTrace, formatTraceparent } from '../../telemetry/trace-context.ts';
import { outcomeOf } from './dial-outcome.ts';
import { type CallFacts, plainOutcome, recordCall, startCall } from './record-call.ts';
import { reasonOf } from './worker-answers.ts';
import type { WorkerAnswer, WorkerClient } from './worker-client.ts';

type Schemas = components['schemas'];

export interface HttpStepDispatcherDeps {
  readonly client: WorkerClient;
  readonly tokens: CallbackTokens;
  /** Where workers reach this server, without a slash at the end; asked at each dispatch. */
  readonly publicUrl: () => string;
  readonly limits: { readonly dispatchTimeoutMs: number; readonly dispatchMaxBytes: number };
  /** Told of every dial, for metrics. */
  readonly onDial?: (workerApp: string, outcome: DialOutcome['kind'], ms: number) => void;
  readonly recorder?: DeliveryRecorder;
}

/** Metadata and outputs of 64 KB, and as much around them as a callback may have. */
const ANSWER_BYTES = 320 * 1024;
const PROBE_MS = 2_000;
const SMALL_ANSWER_BYTES = 64 * 1024;

/** Dials workers as the contract's webhooks say: one try, and every answer is an outcome. */
export function createHttpStepDispatcher(deps: HttpStepDispatcherDeps): StepDispatcher {
  const { client, limits, recorder } = deps;
  const post = async (workerUrl: string, path: string, json: object, facts: Omit<CallFacts, 'outcome'>) => {
    const body = JSON.stringify(json);
    const start = startCall();
    const answer = await client.call({
      workerUrl,
      path,
      method: 'POST',
      body,
      headers: { traceparent: formatTraceparent(continueTrace(undefined)) },
      timeoutMs: limits.dispatchTimeoutMs,
      maxAnswerBytes: SMALL_ANSWER_BYTES,
    });
    recordCall(recorder, { workerUrl, path, body }, start, answer, { ...facts, ...plainOutcome(answer) });
    return answer;
  };

  async function dial(request: DispatchRequest): Promise<DialOutcome> {
    const dispatch = composeDispatch(deps, request);
    if (typeof dispatch === 'string') return { kind: 'refused', message: dispatch, isUnsent: true };
    const body = JSON.stringify(dispatch);
    const bytes = Buffer.byteLength(body);
    if (bytes > limits.dispatchMaxBytes)
      return {
        kind: 'refused',
        message: `What the step would be given is ${bytes} bytes, more than the limit of ${limits.dispatchMaxBytes}; make the candidate's files or the outputs of earlier steps smaller.`,
        isUnsent: true,
      };
    const place = { workerUrl: request.workerUrl, path: '/dispatch-step', body };
    const start = startCall();
    const answer = await client.call({
      ...place,
      method: 'POST',
      headers: { traceparent: formatTraceparent(continueTrace(request.material.traceparent)) },
      timeoutMs: limits.dispatchTimeoutMs,
      maxAnswerBytes: ANSWER_BYTES,
    });
    const outcome = outcomeOf(answer);
    recordCall(recorder, place, start, answer, factsOf(request, outcome));
    return outcome;
  }

  return {
    dispatch: async (request) => {
      const startedAt = performance.now();
      const outcome = await dial(request);
      const workerApp = request.material.manifest.steps[request.attempt.stepIndex]?.workerApp ?? '';
      deps.onDial?.(workerApp, outcome.kind, performance.now() - startedAt);
      return outcome;
    },
    cancelStep: async (workerUrl, cancellation) => {
      const { migrationId, candidateId, runId, stepName, phase, attempt, reason, graceMs } = cancellation;
      const body: Schemas['StepCancellation'] = {
        migrationId,
        candidateId,
        runId,
        stepName,
        phase,
        attempt,
        idempotencyKey: cancellation.idempotencyKey,
        ...(reason === undefined ? {} : { reason }),
        ...(graceMs === undefined ? {} : { graceMs }),
      };
      const answer = await post(workerUrl, '/cancel-step', body, {
        operation: 'cancel-step',
        ...{ migrationId, candidateId, runId, stepName, phase, attempt },
        ...cancellation.instance,
      });
      return stopStateOf(answer);
    },
    discover: async (workerUrl, migrationId, instance) => {
      const answer = await post(
        workerUrl,
        '/discover',
        { migrationId },
        { operation: 'discover', migrationId, ...instance },
      );
      return answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
    },
    // Not among the recorded deliveries: what a forge said is in the dead letter.
    redeliverWebhook: async (workerUrl, webhook) => {
      const { source, webhookId, headers, payload } = webhook;
      const answer = await client.call({
        workerUrl,
        path: '/redeliver-webhook',
        method: 'POST',
        body: JSON.stringify({ source, webhookId, headers, payload }),
        timeoutMs: limits.dispatchTimeoutMs,
        maxAnswerBytes: SMALL_ANSWER_BYTES,
      });
      if (answer.kind === 'none' || answer.status >= 500 || answer.status === 429) return { kind: 'away' };
      if (answer.status >= 200 && answer.status < 300) return { kind: 'used' };
      const why = reasonOf(answer.text, answer.mediaType);
      return { kind: 'refused', why: why === '' ? `The worker answered ${answer.status}.` : why };
    },
    probe: async (workerUrl) => {
      const answer = await client.call({
        workerUrl,
        path: '/healthz',
        method: 'GET',
        timeoutMs: PROBE_MS,
        maxAnswerBytes: SMALL_ANSWER_BYTES,
      });
      if (answer.kind === 'none') return answer.reason;
      return answer.status === 200 ? undefined : `GET ${workerUrl}/healthz was answered ${answer.status}.`;
    },
  };
}

/** A worker that refuses to be told cannot be waited for. */
function stopStateOf(answer: WorkerAnswer): StopState {
  if (answer.kind === 'none' || answer.status >= 500 || answer.status === 429) return 'unknown';
  return answer.status === 202 ? 'stopping' : 'stopped';
}

/** What is kept of a dispatch beside what was said. */
function factsOf({ attempt: ref, material, instanceId }: DispatchRequest, outcome: DialOutcome): CallFacts {
  const { migrationId, candidateId, runId, phase, attempt, stepIndex } = ref;
  const step = material.manifest.steps[stepIndex];
  const detail = 'message' in outcome ? outcome.message : 'reason' in outcome ? outcome.reason : undefined;
  return {
    operation: 'dispatch-step',
    outcome: outcome.kind,
    ...(detail === undefined ? {} : { detail }),
    ...{ migrationId, candidateId, runId, phase, attempt, instanceId },
    ...(step === undefined ? {} : { stepName: step.name, workerApp: step.workerApp }),
    secretInputs: material.manifest.requiredInputs
      .filter(({ type }) => type === 'secret')
      .map(({ name }) => name),
  };
}

/** The body of a dispatch, or why there can be none. */
function composeDispatch(
  { tokens, publicUrl }: HttpStepDispatcherDeps,
  { attempt: ref, material, deadlineAt, timeoutMs }: DispatchRequest,
): Schemas['StepDispatch'] | string {
  const { migrationId, candidateId, runId, phase, attempt, stepIndex } = ref;
  const { manifest, inputs, outputs, previousAttempt } = material;
  const step = manifest.steps[stepIndex];
  if (step === undefined) return `The run has no step at position ${stepIndex}.`;
  const stepName = step.name;
  return {
    migrationId,
    revision: manifest.revision,
    ...(manifest.undoes === undefined ? {} : { undoes: manifest.undoes.runId }),
    runId,
    stepName,
    type: step.type,
    phase,
    attempt,
    idempotencyKey: idempotencyKey(runId, stepName, phase, attempt),
    candidate: manifest.candidate as Schemas['DispatchedCandidate'],
    config: step.config,
    inputs,
    outputs,
    ...(previousAttempt === undefined
      ? {}
      : {
          previousAttempt: {
            attempt: previousAttempt.attempt,
            ...(previousAttempt.outcome === undefined ? {} : { outcome: previousAttempt.outcome }),
            ...(previousAttempt.message === undefined ? {} : { message: previousAttempt.message }),
            ...(previousAttempt.metadata === undefined ? {} : { metadata: previousAttempt.metadata }),
          },
        }),
    ...(deadlineAt === undefined ? {} : { deadline: deadlineAt }),
    timeoutMs,
    callbackUrl: `${publicUrl()}/api/v1/event/${encodeURIComponent(workflowIdOf(migrationId, candidateId))}`,
    callbackToken: tokens.sign({ runId, stepName, phase, attempt }),
  };
}
