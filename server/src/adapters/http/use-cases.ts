import type { announceMigration } from '../../application/announce-migration.ts';
import type { checkBases } from '../../application/check-bases.ts';
import type { approveStep, cancelRun, changeInputs, retryStep } from '../../application/command-run.ts';
import type { compensateRun } from '../../application/compensate-run.ts';
import type { completeStep } from '../../application/complete-step.ts';
import type {
  dropDeadLetter,
  getDeadLetter,
  listDeadLetters,
  requeueDeadLetter,
} from '../../application/dead-letters.ts';
import type { getMigration, listMigrations } from '../../application/describe-migration.ts';
import type { drainInstance, listInFlight, resumeInstance } from '../../application/drain-instance.ts';
import type { getDryRun, startDryRun } from '../../application/dry-run-candidate.ts';
import type { exportCandidates } from '../../application/export-candidates.ts';
import type { exportEvents } from '../../application/export-events.ts';
import type { getTimeline } from '../../application/get-timeline.ts';
import type { inspectRun } from '../../application/inspect-run.ts';
import type { listAttention } from '../../application/list-attention.ts';
import type { listSteps } from '../../application/list-steps.ts';
import type { pauseRun, resumeRun } from '../../application/pause-run.ts';
import type { pauseScope, resumeScope } from '../../application/pause-scope.ts';
import type { previewCancel } from '../../application/preview-cancel.ts';
import type { previewCompensate } from '../../application/preview-compensate.ts';
import type {
  compareRevisions,
  getBurndown,
  getRevision,
  listFailures,
  listRevisions,
} from '../../application/read-aggregates.ts';
import type {
  getCandidate,
  listCandidateEvents,
  listCandidatesUnless,
  listEvents,
  listLabelValues,
  listRuns,
} from '../../application/read-candidates.ts';
import type { getDelivery, listDeliveries } from '../../application/read-deliveries.ts';
import type { replayDelivery } from '../../application/replay-delivery.ts';
import type { reportWebhook } from '../../application/report-webhook.ts';
import type { requestDiscovery } from '../../application/request-discovery.ts';
import type { searchCandidates } from '../../application/search-candidates.ts';
import type { sendTestCallback } from '../../application/send-test-callback.ts';
import type { skipStep } from '../../application/skip-step.ts';
import type { startRun } from '../../application/start-run.ts';
import type { submitCandidates } from '../../application/submit-candidates.ts';
import type { listWorkers, recordHeartbeat, withdrawInstance } from '../../application/worker-lease.ts';

type Bound<UseCase extends (...deps: never[]) => unknown> = ReturnType<UseCase>;

/** The use cases that HTTP needs, each bound to its ports. */
export interface UseCases {
  readonly announceMigration: Bound<typeof announceMigration>;
  readonly recordHeartbeat: Bound<typeof recordHeartbeat>;
  readonly reportWebhook: Bound<typeof reportWebhook>;
  readonly withdrawInstance: Bound<typeof withdrawInstance>;
  readonly submitCandidates: Bound<typeof submitCandidates>;
  readonly completeStep: Bound<typeof completeStep>;
  readonly listMigrations: Bound<typeof listMigrations>;
  readonly getMigration: Bound<typeof getMigration>;
  readonly getBurndown: Bound<typeof getBurndown>;
  readonly listFailures: Bound<typeof listFailures>;
  readonly listRevisions: Bound<typeof listRevisions>;
  readonly getRevision: Bound<typeof getRevision>;
  readonly compareRevisions: Bound<typeof compareRevisions>;
  readonly requestDiscovery: Bound<typeof requestDiscovery>;
  readonly listCandidatesUnless: Bound<typeof listCandidatesUnless>;
  readonly listLabelValues: Bound<typeof listLabelValues>;
  readonly getCandidate: Bound<typeof getCandidate>;
  readonly startRun: Bound<typeof startRun>;
  readonly cancelRun: Bound<typeof cancelRun>;
  readonly previewCancel: Bound<typeof previewCancel>;
  readonly previewCompensate: Bound<typeof previewCompensate>;
  readonly compensateRun: Bound<typeof compensateRun>;
  readonly pauseRun: Bound<typeof pauseRun>;
  readonly resumeRun: Bound<typeof resumeRun>;
  readonly pauseScope: Bound<typeof pauseScope>;
  readonly resumeScope: Bound<typeof resumeScope>;
  readonly skipStep: Bound<typeof skipStep>;
  readonly retryStep: Bound<typeof retryStep>;
  readonly approveStep: Bound<typeof approveStep>;
  readonly changeInputs: Bound<typeof changeInputs>;
  readonly listRuns: Bound<typeof listRuns>;
  readonly listSteps: Bound<typeof listSteps>;
  readonly inspectRun: Bound<typeof inspectRun>;
  readonly listEvents: Bound<typeof listEvents>;
  readonly listCandidateEvents: Bound<typeof listCandidateEvents>;
  readonly startDryRun: Bound<typeof startDryRun>;
  readonly getDryRun: Bound<typeof getDryRun>;
  readonly checkBases: Bound<typeof checkBases>;
  readonly listWorkers: Bound<typeof listWorkers>;
  readonly drainInstance: Bound<typeof drainInstance>;
  readonly resumeInstance: Bound<typeof resumeInstance>;
  readonly listInFlight: Bound<typeof listInFlight>;
  readonly listDeadLetters: Bound<typeof listDeadLetters>;
  readonly getDeadLetter: Bound<typeof getDeadLetter>;
  readonly requeueDeadLetter: Bound<typeof requeueDeadLetter>;
  readonly dropDeadLetter: Bound<typeof dropDeadLetter>;
  readonly listDeliveries: Bound<typeof listDeliveries>;
  readonly getDelivery: Bound<typeof getDelivery>;
  readonly replayDelivery: Bound<typeof replayDelivery>;
  readonly sendTestCallback: Bound<typeof sendTestCallback>;
  readonly getTimeline: Bound<typeof getTimeline>;
  readonly exportEvents: Bound<typeof exportEvents>;
  readonly searchCandidates: Bound<typeof searchCandidates>;
  readonly listAttention: Bound<typeof listAttention>;
  readonly exportCandidates: Bound<typeof exportCandidates>;
}
