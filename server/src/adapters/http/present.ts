import type { components } from '@loom/api';
import type { Announced } from '../../application/announce-migration.ts';
import type { CheckedBase } from '../../application/check-bases.ts';
import type { MigrationView } from '../../application/describe-migration.ts';
import type { RemainingEffect } from '../../application/effects-of-run.ts';
import type { StepsView } from '../../application/list-steps.ts';
import type { LabelValues } from '../../application/ports/candidate-pages.ts';
import type { DryRun } from '../../application/ports/dry-runner.ts';
import type { StoredRun } from '../../application/ports/migration-store.ts';
import type { Page } from '../../application/ports/refs.ts';
import type { CancelPreview } from '../../application/preview-cancel.ts';
import type { FoundCandidate } from '../../application/search-candidates.ts';
import type { ToldEvent } from '../../application/tell-messages.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import type { Candidate, CandidateSummary } from '../../domain/candidate.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { Sent } from './sent.ts';

/** Domain values in the shapes of the contract; what is not named here does not leave the server. */
export type Shape<Name extends keyof components['schemas']> = Sent<components['schemas'][Name]>;

export function presentPage<Item, Presented>(
  { items, nextCursor }: Page<Item>,
  present: (item: Item) => Presented,
) {
  return { items: items.map(present), nextCursor };
}

export function presentMigrationSummary({ migration, counts, instances, paused }: MigrationView) {
  return {
    id: migration.id,
    name: migration.name,
    description: migration.description,
    owner: migration.owner,
    workerApp: migration.workerApp,
    revision: migration.revision,
    announcedAt: migration.announcedAt,
    stepCount: migration.steps.length,
    total: counts.total,
    gone: counts.gone,
    counts: { status: counts.status, runState: counts.runState },
    failing: counts.failing,
    trend: counts.trend,
    liveInstances: instances.live,
    drainingInstances: instances.draining,
    drainedInstances: instances.drained,
    lastActivityAt: counts.lastActivityAt,
    paused,
  } satisfies Shape<'MigrationSummary'>;
}

export function presentMigration(view: MigrationView) {
  const { overview, version, steps, requiredInputs, labelKeys, capabilities } = view.migration;
  return {
    ...presentMigrationSummary(view),
    overview,
    version,
    steps,
    requiredInputs,
    labelKeys,
    capabilities,
  } satisfies Shape<'Migration'>;
}

export function presentAnnouncement({ migration, leaseSeconds, heartbeatSeconds, findings }: Announced) {
  return {
    ...presentMigration(migration),
    leaseSeconds,
    heartbeatSeconds,
    conformance: { findings },
  } satisfies Shape<'AnnouncementAnswer'>;
}

export function presentCandidateSummary(candidate: CandidateSummary) {
  return {
    id: candidate.id,
    kind: candidate.kind,
    labels: candidate.labels,
    metadata: candidate.metadata,
    status: candidate.status,
    runState: candidate.runState,
    runId: candidate.runId,
    step: candidate.step,
    stepIndex: candidate.stepIndex,
    stepCount: candidate.stepCount,
    attempt: candidate.attempt,
    since: candidate.since,
    who: candidate.who,
    reason: candidate.reason,
    pauseRequested: candidate.pauseRequested,
    heldBy: candidate.heldBy,
    prUrl: candidate.prUrl,
    goneAt: candidate.goneAt,
    lastSeen: candidate.lastSeen,
  } satisfies Shape<'CandidateSummary'>;
}

/** One that stands away from its migration. */
export function presentFoundCandidate({ migration, candidate }: FoundCandidate) {
  return {
    migrationId: migration.id,
    migrationName: migration.name,
    candidate: presentCandidateSummary(candidate),
  } satisfies Shape<'FoundCandidate'>;
}

export function presentLabel({ key, isFilterable, values }: LabelValues, limit: number) {
  return {
    key,
    filterable: isFilterable,
    total: values.length,
    values: values.slice(0, limit),
  } satisfies Shape<'LabelValues'>;
}

export function presentCandidate(candidate: Candidate) {
  const { inputs, files, steps } = candidate;
  return { ...presentCandidateSummary(candidate), inputs, files, steps } satisfies Shape<'Candidate'>;
}

export function presentRun(run: StoredRun) {
  return {
    runId: run.runId,
    kind: run.kind,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    outcome: run.outcome,
    undoes: run.undoes,
    reason: run.reason,
    actor: run.actor,
    traceId: run.traceparent?.split('-')[1],
    revision: run.revision,
    inputs: run.inputs,
  } satisfies Shape<'RunSummary'>;
}

export function presentSteps(view: StepsView) {
  return {
    runId: view.runId,
    status: view.status,
    runState: view.runState,
    source: view.source,
    asOf: view.asOf,
    steps: view.steps.map(({ step, state, attempts }) => ({
      name: step.name,
      description: step.description,
      kind: step.kind,
      workerApp: step.workerApp,
      group: step.group,
      compensable: step.compensable,
      timeoutMs: step.timeoutMs,
      remindAfterMs: step.remindAfterMs,
      cancelGraceSeconds: step.cancelGraceSeconds,
      concurrencyKey: step.concurrencyKey,
      when: step.when,
      retry: step.retry,
      review: step.review,
      state,
      attempts: attempts.map((attempt) => presentAttempt(attempt, view.inputs.get(attempt.inputsVersion))),
    })),
  } satisfies Shape<'StepList'>;
}

function presentAttempt(record: AttemptRecord, inputs: Inputs | undefined) {
  return {
    attempt: record.attempt,
    phase: record.phase,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    outcome: record.outcome,
    message: record.message,
    metadata: record.metadata,
    outputs: record.outputs,
    failureClass: record.failureClass,
    inputsVersion: record.inputsVersion,
    inputs,
    instanceId: record.instanceId,
    deliveries: record.deliveries,
  } satisfies Shape<'Attempt'>;
}

export function presentCancelPreview(preview: CancelPreview) {
  const { runId, stopped, withinSeconds, undone, remaining } = preview;
  return {
    runId,
    stopped,
    withinSeconds,
    undone: undone.map(presentEffect),
    remaining: remaining.map((effect) => ({ ...presentEffect(effect), why: effect.why })),
  } satisfies Shape<'CancelPreview'>;
}

function presentEffect({ step, outcome, prUrl }: RemainingEffect) {
  const { name: stepName, group, description } = step;
  return { stepName, group, description, outcome, prUrl };
}

export function presentDryRun(dryRun: DryRun) {
  return {
    id: dryRun.id,
    migrationId: dryRun.migrationId,
    candidateId: dryRun.candidateId,
    state: dryRun.state,
    startedAt: dryRun.startedAt,
    endedAt: dryRun.endedAt,
    inputs: dryRun.inputs,
    revision: dryRun.revision,
    error: dryRun.error,
    steps: dryRun.steps,
    bases: dryRun.bases,
  } satisfies Shape<'DryRun'>;
}

export function presentBase({ repo, branch, commit, state, now, why }: CheckedBase) {
  return { repo, branch, commit, state, now, why } satisfies Shape<'BaseCheck'>['items'][number];
}

export function presentEvent(event: ToldEvent) {
  return {
    id: event.id,
    at: event.at,
    type: event.type,
    actor: event.actor,
    migrationId: event.migrationId,
    candidateId: event.candidateId,
    runId: event.runId,
    stepName: event.stepName,
    attempt: event.attempt,
    phase: event.phase,
    message: event.message,
    data: event.data,
    traceId: event.traceId,
  } satisfies Shape<'Event'>;
}
