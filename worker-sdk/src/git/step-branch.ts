import { createHash } from 'node:crypto';
import type { StepContext } from '../step-context.ts';

const slugLength = 40;

/** An id as part of a branch name: readable, and never the same for two ids. */
function slugOf(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  const readable = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, slugLength)
    .replace(/^-+|-+$/g, '');
  return readable === '' ? hash : `${readable}-${hash}`;
}

/**
 * The branch of a step, the same for every attempt and redelivery in one run, and for the rollback of that run:
 * `loom/{migration}/{candidate}/{step}/{run}`.
 */
export function stepBranch(
  context: Pick<StepContext, 'migrationId' | 'candidate' | 'stepName' | 'runId' | 'undoes'>,
): string {
  // The end of a UUIDv7 is random, its start is the time and shared by runs that start together.
  const run = (context.undoes ?? context.runId).replaceAll('-', '').slice(-12).toLowerCase();
  return ['loom', context.migrationId, slugOf(context.candidate.id), context.stepName, run].join('/');
}
