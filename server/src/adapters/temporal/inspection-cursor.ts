import { createHash } from 'node:crypto';
import type { InspectionQuery } from '../../application/ports/run-inspector.ts';

/** Where the next page of a run's history begins. */
export interface InspectionPlace {
  /** How many histories before the newest one. */
  readonly back: number;
  /** Temporal's token of the page to read; none for its newest. */
  readonly token?: string | undefined;
  /** Only events before this one. */
  readonly before?: number | undefined;
}

const VERSION = 1;

export function encodePlace(query: InspectionQuery, { back, token, before }: InspectionPlace): string {
  const parts = [VERSION, digestOf(query), back, token ?? '', before ?? 0];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Undefined for a cursor of another run or filter, or none of ours. */
export function decodePlace(query: InspectionQuery): InspectionPlace | undefined {
  if (query.cursor === undefined) return { back: 0 };
  const parts = parse(Buffer.from(query.cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(parts)) return undefined;
  const [version, digest, back, token, before] = parts as readonly unknown[];
  if (version !== VERSION || digest !== digestOf(query)) return undefined;
  if (typeof back !== 'number' || typeof token !== 'string' || typeof before !== 'number') return undefined;
  return {
    back,
    ...(token === '' ? {} : { token }),
    ...(before === 0 ? {} : { before }),
  };
}

function digestOf({ run, kinds }: InspectionQuery): string {
  const { migrationId, candidateId, runId } = run;
  const text = JSON.stringify([migrationId, candidateId, runId, kinds.toSorted()]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
