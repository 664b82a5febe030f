import type { Candidate, CandidateFacts } from '../../domain/candidate.ts';
import type { NewEvent } from '../../domain/event.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { CandidatePage, CandidateQuery, LabelValues } from './candidate-pages.ts';
import type { CandidateRef } from './refs.ts';

/** What is known of candidates, but for their runs; part of `MigrationStore`. */
export interface CandidateStore {
  /** One atomic merge for at most 1,000 candidates. Never touches status, run or inputs of a known one. */
  submitCandidates(submission: Submission): Promise<SubmissionOutcome>;
  getCandidate(ref: CandidateRef): Promise<Candidate | undefined>;
  listCandidates(query: CandidateQuery): Promise<CandidatePage>;
  /** The page, unless this is still its version, which grows with whatever changes a page of the migration. */
  listCandidatesUnless(
    version: number | undefined,
    query: CandidateQuery,
  ): Promise<CandidatePage | { readonly kind: 'unchanged' }>;
  /** Of every label key of the migration, its values and how many candidates have each; undefined when it is unknown. */
  listLabelValues(migrationId: string): Promise<readonly LabelValues[] | undefined>;
  /** Replaces the stored inputs unless a run is open, or, where it is given, unless they are `ifInputs` no more. */
  setInputs(
    ref: CandidateRef,
    inputs: Inputs,
    event: NewEvent,
    ifInputs?: Inputs,
  ): Promise<'stored' | 'changed' | 'run-open' | 'not-found'>;
}

export interface Submission {
  readonly migrationId: string;
  readonly discoveryId: string;
  readonly candidates: readonly CandidateFacts[];
  readonly final: boolean;
  readonly at: string;
}

export type SubmissionOutcome =
  | {
      readonly kind: 'merged';
      readonly added: number;
      readonly updated: number;
      readonly unchanged: number;
      readonly gone: number;
      /** Label keys with more than 500 values, which cannot be filtered by. */
      readonly overflowingLabelKeys: readonly string[];
    }
  | { readonly kind: 'unknown-migration' };
