import type { Actor } from './contract.ts';

/** Who did something; nothing on a server without sign-in, where everybody who gives no name is the same. */
export function actorName({ kind, id }: Actor): string | undefined {
  return kind === 'person' && id === 'local' ? undefined : id;
}
