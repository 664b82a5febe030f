/** What is counted and grouped when it is written, so that reading it costs the same however many candidates there are. */
import type { FailureClass } from '../../domain/attempt.ts';
import type { KeptCounts } from '../../domain/burndown.ts';
import type { Page } from './refs.ts';

export interface MigrationAggregates {
  /** Undefined for an unknown migration. */
  readCounts(migrationId: string): Promise<KeptCounts | undefined>;
  /** The most frequent first. */
  listFailures(migrationId: string, query: PageQuery): Promise<AggregatePage<FailureCluster>>;
  /** The one that was announced last first. */
  listRevisions(migrationId: string, query: PageQuery): Promise<AggregatePage<StoredRevision>>;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type AggregatePage<Item> =
  | (Page<Item> & { readonly kind: 'page'; readonly total: number })
  | { readonly kind: 'unknown-migration' }
  | { readonly kind: 'cursor-mismatch' };

/** Runs that wait for a person after the same failure of the same step. */
export interface FailureCluster {
  readonly fingerprint: string;
  readonly stepName: string;
  readonly failureClass?: FailureClass | undefined;
  /** Of the newest of them, whole. */
  readonly message: string;
  readonly count: number;
  /** Ids of at most five. */
  readonly candidates: readonly string[];
  /** Since there is one, and of the newest. */
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface StoredRevision {
  readonly revision: string;
  readonly firstAnnouncedAt: string;
  readonly lastAnnouncedAt: string;
  readonly isCurrent: boolean;
  /** Of the worker that announced it last. */
  readonly workerVersion?: string | undefined;
  /** Undefined while more runs are open than are looked through. */
  readonly openRuns?: number | undefined;
}

/** How many open runs are looked through for their revisions. */
export const MOST_OPEN_RUNS = 2_000;
