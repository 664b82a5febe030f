import type { FailureCluster, StoredRevision } from '../../application/ports/migration-aggregates.ts';
import type { BurndownPoint } from '../../domain/burndown.ts';
import type { NamedDifference, RevisionDifference } from '../../domain/compare-revisions.ts';
import type { RevisionBody } from '../../domain/migration.ts';
import type { Shape } from './present.ts';

export function presentPoint({ atMs, not_started, running, completed, failing }: BurndownPoint) {
  const at = new Date(atMs).toISOString();
  return { at, not_started, running, completed, failing } satisfies Shape<'BurndownPoint'>;
}

export function presentFailure(cluster: FailureCluster) {
  return {
    fingerprint: cluster.fingerprint,
    stepName: cluster.stepName,
    failureClass: cluster.failureClass,
    message: cluster.message,
    count: cluster.count,
    candidates: cluster.candidates,
    firstAt: cluster.firstAt,
    lastAt: cluster.lastAt,
  } satisfies Shape<'FailureCluster'>;
}

export function presentRevisionSummary(revision: StoredRevision) {
  return {
    revision: revision.revision,
    firstAnnouncedAt: revision.firstAnnouncedAt,
    lastAnnouncedAt: revision.lastAnnouncedAt,
    isCurrent: revision.isCurrent,
    workerVersion: revision.workerVersion,
    openRuns: revision.openRuns,
  } satisfies Shape<'RevisionSummary'>;
}

export function presentRevision(revision: string, { steps, requiredInputs, labelKeys }: RevisionBody) {
  return { revision, steps, requiredInputs, labelKeys } satisfies Shape<'Revision'>;
}

export function presentDifference(from: string, to: string, difference: RevisionDifference) {
  return {
    from,
    to,
    steps: difference.steps.map(presentNamed),
    requiredInputs: difference.requiredInputs.map(presentNamed),
    labelKeys: { added: difference.labelKeys.added, removed: difference.labelKeys.removed },
  } satisfies Shape<'RevisionDifference'>;
}

function presentNamed({ name, change, indexBefore, indexAfter, fields }: NamedDifference) {
  return { name, change, indexBefore, indexAfter, fields } satisfies Shape<'NamedDifference'>;
}
