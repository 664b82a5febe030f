/** A cursor that carries its filters, so that it fits no other list. */
export function encodeCursor(filter: unknown, last: unknown): string {
  return Buffer.from(JSON.stringify([filter, last])).toString('base64url');
}

export function decodeCursor<Last>(cursor: string, filter: unknown): Last | undefined {
  try {
    const [ofFilter, last] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return JSON.stringify(ofFilter) === JSON.stringify(filter) ? last : undefined;
  } catch {
    return undefined;
  }
}
