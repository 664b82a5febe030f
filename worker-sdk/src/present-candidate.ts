import type { components } from '@loom/api';
import { announceStep } from './announced-step.ts';
import { checkSteps } from './check-steps.ts';
import { candidateLimits } from './contract-limits.ts';
import type { Candidate, Migration } from './define-migration.ts';
import { describeIssues } from './describe-issues.ts';

type SubmittedCandidate = components['schemas']['SubmittedCandidate'];

export type PresentedCandidate =
  | { readonly ok: true; readonly candidate: SubmittedCandidate; readonly bytes: number }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const candidateBytes = 1_024 * 1_024;

/** Puts a discovered candidate into the words of the contract, or says why it cannot be. */
export function presentCandidate(
  candidate: Candidate,
  migration: Migration,
  workerApp: string,
): PresentedCandidate {
  const limits = candidateLimits.safeParse(candidate);
  const mistakes = [
    ...(limits.success ? [] : describeIssues(limits.error)),
    ...checkSteps(candidate.steps ?? [], migration.definitions),
  ];
  if (mistakes.length > 0) return { ok: false, mistakes };
  const { id, kind, labels, metadata, files, steps } = candidate;
  const submitted: SubmittedCandidate = {
    id,
    kind: kind ?? 'repository',
    ...(labels === undefined ? {} : { labels }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(files === undefined ? {} : { files: [...files] }),
    ...(steps === undefined ? {} : { steps: steps.map((step) => announceStep(step, workerApp)) }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(submitted));
  if (bytes <= candidateBytes) return { ok: true, candidate: submitted, bytes };
  return { ok: false, mistakes: [`it takes ${Math.ceil(bytes / 1_024)} KB, and at most 1 MB is taken`] };
}
