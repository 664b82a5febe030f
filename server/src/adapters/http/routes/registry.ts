import type { components } from '@loom/api';
import type { StepReport } from '../../../application/ports/callbacks.ts';
import type { CandidateFacts } from '../../../domain/candidate.ts';
import type { MigrationDefinition } from '../../../domain/migration.ts';
import { refuse } from '../../../domain/problem.ts';
import { DEFAULT_STEP_TIMEOUT_MS, type Step } from '../../../domain/step.ts';
import type { OperationHandlers } from '../operation-handler.ts';
import { presentAnnouncement } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

type Schemas = components['schemas'];

/** What workers tell the server. */
export function registryRoutes({ useCases, metrics, whyForbiddenWorkerUrl }: RouteDeps) {
  return {
    announceMigration: async ({ body }) => {
      const forbidden = await whyForbiddenWorkerUrl(body.workerUrl);
      if (forbidden !== undefined)
        return refuse('invalid-request', 'Workers may not be at this workerUrl; nothing was changed.', {
          errors: [{ path: '/workerUrl', message: forbidden }],
        });
      const announced = await useCases.announceMigration({
        definition: readDefinition(body),
        instanceId: body.instanceId,
        workerUrl: body.workerUrl,
        singleInstance: body.singleInstance,
        candidates: (body.candidates ?? []).map(readCandidate),
      });
      return announced.ok ? { status: 200, body: presentAnnouncement(announced.value) } : announced;
    },
    recordHeartbeat: async ({ body }) => {
      const { workerApp, instanceId, busy = [] } = body;
      const renewed = await useCases.recordHeartbeat({ workerApp, instanceId, busy });
      return renewed.ok ? { status: 200, body: renewed.value } : renewed;
    },
    reportWebhook: async ({ body }) => {
      const reported = await useCases.reportWebhook(body);
      return reported.ok ? { status: 202, body: reported.value } : reported;
    },
    withdrawInstance: async ({ body }) => {
      const withdrawn = await useCases.withdrawInstance(body);
      return withdrawn.ok ? { status: 204 } : withdrawn;
    },
    submitCandidates: async ({ params, body }) => {
      const submitted = await useCases.submitCandidates({
        migrationId: params.migrationId,
        discoveryId: body.discoveryId,
        candidates: body.candidates.map(readCandidate),
        final: body.final,
      });
      return submitted.ok ? { status: 200, body: submitted.value } : submitted;
    },
    completeStep: async ({ params, body, bearerToken }) => {
      const { runId, stepName, candidateId, phase, attempt, operations = [] } = body;
      const completed = await useCases.completeStep({
        workflowId: params.workflowId,
        token: bearerToken,
        candidateId,
        runId,
        stepName,
        phase,
        attempt,
        report: readReport(body),
        operations,
      });
      metrics.countCallback(completed.ok ? completed.value : completed.problem.word);
      return completed.ok ? { status: 202, body: { result: completed.value } } : completed;
    },
  } satisfies Partial<OperationHandlers>;
}

function readDefinition(body: Schemas['Announcement']): MigrationDefinition {
  const { id, name, description, owner, overview, workerApp, version, capabilities } = body;
  return {
    id,
    name,
    description,
    owner,
    overview,
    workerApp,
    version,
    capabilities: {
      dryRun: false,
      compensate: false,
      cancel: false,
      discover: false,
      bases: false,
      ...capabilities,
    },
    steps: body.steps.map(readStep),
    requiredInputs: body.requiredInputs ?? [],
    labelKeys: body.labelKeys ?? [],
  };
}

function readStep(step: Schemas['Step']): Step {
  const timeoutMs = step.timeoutMs ?? (step.kind === 'review' ? undefined : DEFAULT_STEP_TIMEOUT_MS);
  return {
    ...step,
    type: step.type ?? step.name,
    config: step.config ?? {},
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function readCandidate(candidate: Schemas['SubmittedCandidate']): CandidateFacts {
  const { id, kind, labels = {}, metadata = {}, files = [], steps } = candidate;
  return {
    id,
    kind,
    labels,
    metadata,
    files,
    ...(steps === undefined ? {} : { steps: steps.map(readStep) }),
  };
}

function readReport(body: Schemas['StepCallback']): StepReport {
  const { eventId, status, message, metadata, outputs, failureClass, retryable } = body;
  return { eventId, status, message, metadata, outputs, failureClass, retryable };
}
