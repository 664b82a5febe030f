import type { Inputs } from './inputs.ts';
import type { HeldBy } from './run-projection.ts';
import type { CandidateStatus, RunState, WhoActs } from './run-state.ts';
import type { Step } from './step.ts';

export interface FileGroup {
  readonly name: string;
  readonly repo?: string | undefined;
  readonly files: readonly { readonly path: string; readonly url?: string | undefined }[];
}

/** What the worker says of a candidate; all of it is the worker's and refreshed by each discovery. */
export interface CandidateFacts {
  readonly id: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly files: readonly FileGroup[];
  /** Instead of the migration's steps. */
  readonly steps?: readonly Step[] | undefined;
}

/** Where the candidate's run is, as the engine last wrote it. */
export interface CandidateProgress {
  readonly status: CandidateStatus;
  readonly runState?: RunState | undefined;
  /** Of the newest run, open or over. */
  readonly runId?: string | undefined;
  readonly step?: string | undefined;
  readonly stepIndex?: number | undefined;
  readonly attempt?: number | undefined;
  readonly since?: string | undefined;
  readonly who?: WhoActs | undefined;
  readonly reason?: string | undefined;
  readonly pauseRequested?: boolean | undefined;
  readonly heldBy?: HeldBy | undefined;
  readonly prUrl?: string | undefined;
}

/** A candidate without what can be large (files, own steps): one row of a list. */
export interface CandidateSummary extends Omit<CandidateFacts, 'files' | 'steps'>, CandidateProgress {
  readonly stepCount: number;
  readonly goneAt?: string | undefined;
  readonly lastSeen: string;
}

export interface Candidate extends CandidateSummary {
  readonly inputs: Inputs;
  readonly files: readonly FileGroup[];
  readonly steps?: readonly Step[] | undefined;
  /** Grows with every change of this candidate; the ETag of a read. */
  readonly version: number;
}

const CONTROL = /\p{Cc}/u;

/** Bytes of UTF-8, counted without an encoder, which the domain does not have. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/** A sentence that says why this cannot be a candidate id, or undefined. */
export function whyInvalidCandidateId(id: string): string | undefined {
  if (id === '') return 'A candidate id must not be empty.';
  if (/\p{Surrogate}/u.test(id)) return 'A candidate id must be well-formed Unicode.';
  if (utf8Length(id) > 255) return 'A candidate id has at most 255 bytes of UTF-8.';
  if (CONTROL.test(id)) return 'A candidate id has no control characters.';
  if (id.trim() !== id) return 'A candidate id has no leading or trailing space.';
  if (id === '.' || id === '..') return 'A candidate id is not "." or "..".';
  if (id.normalize('NFC') !== id) return 'A candidate id is in Unicode normalization form NFC.';
  return undefined;
}

/** The workflow ID of a candidate's run; the first `__` splits it, since a slug has no underscore. */
export function workflowIdOf(migrationId: string, candidateId: string): string {
  return `${migrationId}__${candidateId}`;
}

export function splitWorkflowId(
  workflowId: string,
): { readonly migrationId: string; readonly candidateId: string } | undefined {
  const at = workflowId.indexOf('__');
  if (at <= 0 || at + 2 >= workflowId.length) return undefined;
  return { migrationId: workflowId.slice(0, at), candidateId: workflowId.slice(at + 2) };
}
