import type { IncomingMessage } from 'node:http';
import type { UserDirectory, UserRecord } from '../users.ts';

export type Authentication =
  | { readonly kind: 'user'; readonly user: UserRecord; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'bad' };

/** Bearer and `token` as API clients send them, Basic (any user, the token as password) as git does. */
export function authenticate(users: UserDirectory, req: IncomingMessage): Authentication {
  const header = req.headers.authorization;
  if (header === undefined) return { kind: 'none' };
  const token = tokenIn(header);
  const user = token === undefined ? undefined : users.byToken(token);
  return user && token !== undefined ? { kind: 'user', user, token } : { kind: 'bad' };
}

function tokenIn(header: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)\s*$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value;
    case 'basic':
      return passwordIn(Buffer.from(value, 'base64').toString());
    default:
      return undefined;
  }
}

/** `token:x-oauth-basic` carries the token as the user, an old habit of git clients. */
function passwordIn(pair: string): string {
  const colon = pair.indexOf(':');
  const password = pair.slice(colon + 1);
  return password === '' || password === 'x-oauth-basic' ? pair.slice(0, colon) : password;
}
