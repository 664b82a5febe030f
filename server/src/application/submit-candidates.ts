import { type CheckCondition, findCandidateErrors } from '../domain/conformance.ts';
import { type Finding, type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { Submission, SubmissionOutcome } from './ports/candidate-store.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { Clock } from './ports/system.ts';

export interface SubmitCandidatesDeps {
  readonly store: MigrationStore;
  readonly checkCondition: CheckCondition;
  readonly clock: Clock;
}

export type Submitted = Omit<
  Extract<SubmissionOutcome, { kind: 'merged' }>,
  'kind' | 'overflowingLabelKeys'
> & {
  readonly warnings: readonly Finding[];
};

/** Merges what a discovery found. Any bad candidate refuses the whole chunk, so that a `final` cannot lie. */
export const submitCandidates =
  (deps: SubmitCandidatesDeps) =>
  async (command: Omit<Submission, 'at'>): Promise<Outcome<Submitted>> => {
    const errors = findCandidateErrors(command.candidates, deps.checkCondition);
    if (errors.length > 0) {
      return refuse('invalid-request', `${errors.length} candidate(s) do not fit; nothing was changed.`, {
        errors,
      });
    }
    const merged = await deps.store.submitCandidates({ ...command, at: deps.clock.now().toISOString() });
    if (merged.kind === 'unknown-migration') {
      return refuse('not-found', `There is no migration "${command.migrationId}"; announce it first.`);
    }
    const { added, updated, unchanged, gone, overflowingLabelKeys } = merged;
    return succeed({ added, updated, unchanged, gone, warnings: findOverflowing(overflowingLabelKeys) });
  };

export function findOverflowing(keys: readonly string[]): readonly Finding[] {
  return keys.map((key) => ({
    severity: 'warning',
    path: '/labelKeys',
    message: `The label "${key}" has more than 500 values, so it is not indexed and cannot be filtered by; drop it from labelKeys, or give it fewer values.`,
  }));
}
