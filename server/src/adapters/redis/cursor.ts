import { createHash } from 'node:crypto';

const VERSION = 1;

/** A short hash of what a cursor belongs to: list, filters and sort. */
export function hashFilter(filter: unknown): string {
  return createHash('sha256').update(JSON.stringify(filter)).digest('base64url').slice(0, 16);
}

export function encodeCursor(filterHash: string, last: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([VERSION, filterHash, ...last])).toString('base64url');
}

/** The last key, when the cursor is one of this list under these filters; it came from outside, so nothing is trusted. */
export function decodeCursor(
  cursor: string,
  filterHash: string,
  shape: readonly ('string' | 'number')[],
): readonly (string | number)[] | undefined {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(decoded) || decoded.length !== shape.length + 2) return undefined;
  const [version, hash, ...last] = decoded as unknown[];
  if (version !== VERSION || hash !== filterHash) return undefined;
  const fits = last.every(
    (value, index) =>
      typeof value === shape[index] &&
      (typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0)),
  );
  return fits ? (last as (string | number)[]) : undefined;
}
