import { createHash } from 'node:crypto';

/** Weak: the same content, not the same bytes (RFC 9110, 8.8.3). */
export function entityTag(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** If-None-Match holds `*` or a list of tags, compared weakly. */
export function matchesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = tag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((given) => given.trim().replace(/^W\//, '') === opaque);
}
