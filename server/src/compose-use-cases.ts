import type { UseCases } from './adapters/http/use-cases.ts';
import { type AnnounceMigrationDeps, announceMigration } from './application/announce-migration.ts';
import { type CheckBasesDeps, checkBases } from './application/check-bases.ts';
import { approveStep, cancelRun, changeInputs, retryStep } from './application/command-run.ts';
import { compensateRun } from './application/compensate-run.ts';
import { type CompleteStepDeps, completeStep } from './application/complete-step.ts';
import {
  type DeadLettersDeps,
  dropDeadLetter,
  getDeadLetter,
  listDeadLetters,
  requeueDeadLetter,
} from './application/dead-letters.ts';
import { getMigration, listMigrations } from './application/describe-migration.ts';
import { drainInstance, listInFlight, resumeInstance } from './application/drain-instance.ts';
import { type DryRunCandidateDeps, getDryRun, startDryRun } from './application/dry-run-candidate.ts';
import { exportCandidates } from './application/export-candidates.ts';
import { exportEvents } from './application/export-events.ts';
import { getTimeline } from './application/get-timeline.ts';
import { type InspectRunDeps, inspectRun } from './application/inspect-run.ts';
import { listAttention } from './application/list-attention.ts';
import { listSteps } from './application/list-steps.ts';
import { pauseRun, resumeRun } from './application/pause-run.ts';
import { pauseScope, resumeScope } from './application/pause-scope.ts';
import { type PreviewCancelDeps, previewCancel } from './application/preview-cancel.ts';
import { previewCompensate } from './application/preview-compensate.ts';
import {
  compareRevisions,
  getBurndown,
  getRevision,
  listFailures,
  listRevisions,
} from './application/read-aggregates.ts';
import {
  getCandidate,
  listCandidateEvents,
  listCandidatesUnless,
  listEvents,
  listLabelValues,
  listRuns,
} from './application/read-candidates.ts';
import { getDelivery, listDeliveries } from './application/read-deliveries.ts';
import { type ReplayDeliveryDeps, replayDelivery } from './application/replay-delivery.ts';
import { type ReportWebhookDeps, reportWebhook } from './application/report-webhook.ts';
import { type RequestDiscoveryDeps, requestDiscovery } from './application/request-discovery.ts';
import { searchCandidates } from './application/search-candidates.ts';
import { type SendTestCallbackDeps, sendTestCallback } from './application/send-test-callback.ts';
import { skipStep } from './application/skip-step.ts';
import { type StartRunDeps, startRun } from './application/start-run.ts';
import { submitCandidates } from './application/submit-candidates.ts';
import {
  listWorkers,
  recordHeartbeat,
  type WorkerLeaseDeps,
  withdrawInstance,
} from './application/worker-lease.ts';

export type UseCaseDeps = Omit<AnnounceMigrationDeps, 'dispatcher'> &
  CompleteStepDeps &
  DeadLettersDeps &
  DryRunCandidateDeps &
  CheckBasesDeps &
  ReplayDeliveryDeps &
  InspectRunDeps &
  PreviewCancelDeps &
  ReportWebhookDeps &
  RequestDiscoveryDeps &
  SendTestCallbackDeps &
  StartRunDeps &
  WorkerLeaseDeps & {
    readonly dispatcher: AnnounceMigrationDeps['dispatcher'] & RequestDiscoveryDeps['dispatcher'];
  };

/** Every use case that HTTP needs, bound to its ports. */
export function composeUseCases(deps: UseCaseDeps): UseCases {
  return {
    announceMigration: announceMigration(deps),
    recordHeartbeat: recordHeartbeat(deps),
    reportWebhook: reportWebhook(deps),
    withdrawInstance: withdrawInstance(deps),
    submitCandidates: submitCandidates(deps),
    completeStep: completeStep(deps),
    listMigrations: listMigrations(deps),
    getMigration: getMigration(deps),
    getBurndown: getBurndown(deps),
    listFailures: listFailures(deps),
    listRevisions: listRevisions(deps),
    getRevision: getRevision(deps),
    compareRevisions: compareRevisions(deps),
    requestDiscovery: requestDiscovery(deps),
    listCandidatesUnless: listCandidatesUnless(deps),
    listLabelValues: listLabelValues(deps),
    getCandidate: getCandidate(deps),
    startRun: startRun(deps),
    cancelRun: cancelRun(deps),
    previewCancel: previewCancel(deps),
    previewCompensate: previewCompensate(deps),
    compensateRun: compensateRun(deps),
    pauseRun: pauseRun(deps),
    resumeRun: resumeRun(deps),
    pauseScope: pauseScope(deps),
    resumeScope: resumeScope(deps),
    skipStep: skipStep(deps),
    retryStep: retryStep(deps),
    approveStep: approveStep(deps),
    changeInputs: changeInputs(deps),
    listRuns: listRuns(deps),
    listSteps: listSteps(deps),
    inspectRun: inspectRun(deps),
    listDeadLetters: listDeadLetters(deps),
    getDeadLetter: getDeadLetter(deps),
    requeueDeadLetter: requeueDeadLetter(deps),
    dropDeadLetter: dropDeadLetter(deps),
    listDeliveries: listDeliveries(deps),
    getDelivery: getDelivery(deps),
    replayDelivery: replayDelivery(deps),
    sendTestCallback: sendTestCallback(deps),
    getTimeline: getTimeline(deps),
    exportEvents: exportEvents(deps),
    searchCandidates: searchCandidates(deps),
    listAttention: listAttention(deps),
    exportCandidates: exportCandidates(deps),
    listEvents: listEvents(deps),
    listCandidateEvents: listCandidateEvents(deps),
    startDryRun: startDryRun(deps),
    getDryRun: getDryRun(deps),
    checkBases: checkBases(deps),
    listWorkers: listWorkers(deps),
    drainInstance: drainInstance(deps),
    resumeInstance: resumeInstance(deps),
    listInFlight: listInFlight(deps),
  };
}
