import type { CandidateSummary } from '../../domain/candidate.ts';
import type { CandidateStatus, RunState, WhoActs } from '../../domain/run-state.ts';

export interface CandidateQuery {
  readonly migrationId: string;
  readonly status?: CandidateStatus | undefined;
  /** One of these; all when left out or empty. */
  readonly runStates?: readonly RunState[] | undefined;
  /** One of these; all when left out or empty. */
  readonly who?: readonly WhoActs[] | undefined;
  /** Fingerprint of the failure that the run waits with, or `any`. */
  readonly failure?: string | undefined;
  /** `[key, value]`; all must hold. */
  readonly labels: readonly (readonly [string, string])[];
  readonly q?: string | undefined;
  readonly gone?: boolean | undefined;
  readonly sort: 'id' | '-id' | 'since' | '-since';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type CandidatePage =
  | {
      readonly kind: 'page';
      readonly items: readonly CandidateSummary[];
      readonly nextCursor?: string | undefined;
      readonly total: number;
      readonly version: number;
    }
  | { readonly kind: 'unknown-migration' }
  | { readonly kind: 'cursor-mismatch' }
  /** The key is not one of the label keys, or has too many values to be indexed. */
  | { readonly kind: 'unknown-filter'; readonly key: string };

/** The values of one label key that occur, the most frequent first. */
export interface LabelValues {
  readonly key: string;
  /** False for a key with too many values, or whose index is being made; no values are known then. */
  readonly isFilterable: boolean;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}
