import type { CallbackAdmission, StepReport } from '../../src/application/ports/callbacks.ts';
import type { Submission } from '../../src/application/ports/candidate-store.ts';
import type { MigrationAnnouncement, RunClaim } from '../../src/application/ports/migration-store.ts';
import type { AttemptRef } from '../../src/application/ports/refs.ts';
import type { CandidateFacts } from '../../src/domain/candidate.ts';
import type { NewEvent } from '../../src/domain/event.ts';
import type { MigrationDefinition } from '../../src/domain/migration.ts';
import type { AttemptChange, RunProjection, RunView } from '../../src/domain/run-projection.ts';
import type { Step } from '../../src/domain/step.ts';

export const MIGRATION = 'charts';
export const ACTOR = { kind: 'person', id: 'local' } as const;

/** The nth second of the tests' day. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}

export function aStep(name: string, step: Partial<Step> = {}): Step {
  return {
    name,
    workerApp: 'charts',
    kind: 'dispatch',
    type: 'any',
    config: {},
    compensable: false,
    ...step,
  };
}

export function aDefinition(definition: Partial<MigrationDefinition> = {}): MigrationDefinition {
  return {
    id: MIGRATION,
    name: 'Own charts',
    workerApp: 'charts',
    capabilities: { dryRun: true, compensate: true, cancel: false, discover: false },
    steps: [aStep('prepare'), aStep('swap'), aStep('clean')],
    requiredInputs: [],
    labelKeys: ['team', 'tier'],
    ...definition,
  };
}

export function anAnnouncement(announcement: Partial<MigrationAnnouncement> = {}): MigrationAnnouncement {
  return {
    ...{ definition: aDefinition(), revision: 'rev-1', at: at(0), maxMigrations: 10, eventsOf: () => [] },
    ...announcement,
  };
}

export function aCandidate(id: string, facts: Partial<CandidateFacts> = {}): CandidateFacts {
  return { id, kind: 'repository', labels: {}, metadata: {}, files: [], ...facts };
}

/** One chunk of a discovery that may go on. */
export function aSubmission(
  candidates: readonly CandidateFacts[],
  submission: Partial<Submission> = {},
): Submission {
  return {
    ...{ migrationId: MIGRATION, discoveryId: 'd-1', final: false, at: at(1), candidates },
    ...submission,
  };
}

export function anEvent(event: Partial<NewEvent> = {}): NewEvent {
  return { at: at(0), type: 'test', actor: ACTOR, ...event };
}

export function aClaim(candidateId: string, runId: string, claim: Partial<RunClaim> = {}): RunClaim {
  const migrationId = claim.migrationId ?? MIGRATION;
  return {
    migrationId,
    candidateId,
    runId,
    manifest: {
      ...{ runId, migrationId, revision: 'rev-1', requiredInputs: [] },
      candidate: aCandidate(candidateId),
      steps: aDefinition().steps,
    },
    inputs: { greeting: 'hello' },
    actor: ACTOR,
    at: at(10),
    event: anEvent({ type: 'run.requested', migrationId, candidateId, runId }),
    ...claim,
  };
}

export function aView(view: Partial<RunView> = {}): RunView {
  return { status: 'running', runState: 'in_progress', since: at(20), ...view };
}

export function aProjection(
  candidateId: string,
  runId: string,
  projection: Partial<RunProjection> = {},
): RunProjection {
  return {
    ...{ migrationId: MIGRATION, candidateId, runId, seq: 1, at: at(20), view: aView() },
    ...{ attempts: [], events: [] },
    ...projection,
  };
}

export function anAttempt(attempt: Partial<AttemptChange> = {}): AttemptChange {
  return { stepIndex: 0, phase: 'execute', attempt: 1, startedAt: at(20), inputsVersion: 1, ...attempt };
}

export function anAttemptRef(candidateId: string, runId: string, ref: Partial<AttemptRef> = {}): AttemptRef {
  return { migrationId: MIGRATION, candidateId, runId, stepIndex: 0, phase: 'execute', attempt: 1, ...ref };
}

export function aReport(report: Partial<StepReport> = {}): StepReport {
  return { eventId: 'e-1', status: 'succeeded', ...report };
}

/** The content hash is the content, which tells as much. */
export function aCallback(
  candidateId: string,
  runId: string,
  report: Partial<StepReport> = {},
  ref: Partial<AttemptRef> = {},
): CallbackAdmission {
  const { eventId, ...content } = aReport(report);
  return {
    ...anAttemptRef(candidateId, runId, ref),
    report: { eventId, ...content },
    signal: { eventId, status: content.status },
    contentHash: JSON.stringify(content),
  };
}
