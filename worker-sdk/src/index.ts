export type { PendingAttempt } from './attempts/pending-attempt.ts';
export { listWorkerSettings, type WorkerConfig, WorkerConfigError, type WorkerSetting } from './config.ts';
export {
  type Candidate,
  type DiscoveredCandidates,
  type DiscoveryContext,
  defineMigration,
  type Migration,
  type MigrationSpec,
} from './define-migration.ts';
export { defineStep, type NothingSchema, type StepDefinition, type StepSpec } from './define-step.ts';
export { DefinitionError } from './definition-error.ts';
export type { DiscoveryReport } from './discovery.ts';
export {
  type CheckedStep,
  type MigrationStep,
  type RetryPolicy,
  type ReviewStep,
  review,
  type WorkStep,
} from './migration-step.ts';
export { failed, merged, pending, succeeded } from './outcomes.ts';
export type { RequiredInput, RequiredInputSpec } from './required-inputs.ts';
export { runWorker, type Worker, type WorkerOptions } from './run-worker.ts';
export { readSecret, secretReference } from './secret-reference.ts';
export type {
  DispatchedCandidate,
  FailureClass,
  FileChange,
  JsonObject,
  Operation,
  PollHandler,
  Preview,
  StepContext,
  StepHandler,
  StepOutcome,
} from './step-context.ts';
export { StepFailure, type StepFailureOptions } from './step-failure.ts';
export { UnusableWebhook, type Webhook, type WebhookDesk } from './webhook-desk.ts';
