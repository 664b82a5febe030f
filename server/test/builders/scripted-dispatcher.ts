import type {
  DialOutcome,
  DispatchRequest,
  RedeliveredWebhook,
  StepCancellation,
  StepDispatcher,
  StopState,
} from '../../src/application/ports/step-dispatcher.ts';

export interface DialledStep {
  readonly runId: string;
  readonly stepName: string;
  readonly phase: DispatchRequest['attempt']['phase'];
  readonly attempt: number;
  readonly workerUrl: string;
  /** Of the other steps, by name. */
  readonly outputs: DispatchRequest['material']['outputs'];
  readonly request: DispatchRequest;
}

type Script = (dialled: DialledStep) => DialOutcome | Promise<DialOutcome>;

/** Stands for the network and the workers behind it: does what its script says, and remembers what it was asked. */
export interface ScriptedDispatcher extends StepDispatcher {
  script: Script;
  /** What a probe of `/healthz` finds wrong. */
  unhealthy: string | undefined;
  discovers: boolean;
  /** What becomes of a webhook that is handed back. */
  webhookAnswer: Awaited<ReturnType<StepDispatcher['redeliverWebhook']>>;
  readonly webhooks: (RedeliveredWebhook & { readonly workerUrl: string })[];
  readonly dials: DialledStep[];
  readonly cancellations: (StepCancellation & { readonly workerUrl: string })[];
  /** What `cancelStep` waits for, as for a worker that hangs. */
  holdCancel: (() => Promise<void>) | undefined;
  /** Whether the step that is to stop has stopped. */
  stopState: StopState;
}

export function createScriptedDispatcher(): ScriptedDispatcher {
  const dispatcher: ScriptedDispatcher = {
    script: () => ({ kind: 'accepted' }),
    unhealthy: undefined,
    discovers: true,
    webhookAnswer: { kind: 'used' },
    webhooks: [],
    dials: [],
    cancellations: [],
    holdCancel: undefined,
    stopState: 'stopped',
    async dispatch(request) {
      const { runId, stepIndex, phase, attempt } = request.attempt;
      const stepName = request.material.manifest.steps[stepIndex]?.name ?? '';
      const { outputs } = request.material;
      const dialled = { runId, stepName, phase, attempt, workerUrl: request.workerUrl, outputs, request };
      dispatcher.dials.push(dialled);
      return dispatcher.script(dialled);
    },
    async cancelStep(workerUrl, cancellation) {
      dispatcher.cancellations.push({ ...cancellation, workerUrl });
      await dispatcher.holdCancel?.();
      return dispatcher.stopState;
    },
    discover: async () => dispatcher.discovers,
    async redeliverWebhook(workerUrl, webhook) {
      dispatcher.webhooks.push({ ...webhook, workerUrl });
      return dispatcher.webhookAnswer;
    },
    probe: async () => dispatcher.unhealthy,
  };
  return dispatcher;
}

let lastEvent = 0;

/** A worker that finishes a step within its answer. */
export function done(
  status: 'succeeded' | 'merged' | 'failed' | 'pending' = 'succeeded',
  more: object = {},
): DialOutcome {
  lastEvent += 1;
  return { kind: 'done', report: { eventId: `done-${lastEvent}`, status, ...more }, operations: [] };
}
