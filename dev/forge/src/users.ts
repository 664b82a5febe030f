import { createHash } from 'node:crypto';

export interface UserRecord {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Organization';
  readonly name: string;
  readonly email: string;
}

/** A token and whom it stands for; every token may do everything. */
export interface ForgeToken {
  readonly token: string;
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
}

export interface UserDirectory {
  person(login: string): UserRecord;
  /** An owner without a token of its own is an organisation. */
  owner(login: string): UserRecord;
  byEmail(email: string): UserRecord | undefined;
  byToken(token: string): UserRecord | undefined;
}

const NO_REPLY = 'users.noreply.forge.localhost';

export function createUserDirectory(tokens: readonly ForgeToken[]): UserDirectory {
  const byLogin = new Map<string, UserRecord>();
  const byEmail = new Map<string, UserRecord>();
  // Looked up by digest, so that the time of a look-up says nothing of how much of a guess was right.
  const byToken = new Map<string, UserRecord>();
  for (const { token, login, name, email } of tokens) {
    const anyone = describe(login, 'User');
    const user = { ...anyone, name: name ?? anyone.name, email: email ?? anyone.email };
    byLogin.set(login.toLowerCase(), user);
    byEmail.set(user.email, user);
    byToken.set(digest(token), user);
  }
  return {
    person: (login) => byLogin.get(login.toLowerCase()) ?? describe(login, 'User'),
    owner: (login) => byLogin.get(login.toLowerCase()) ?? describe(login, 'Organization'),
    byEmail(email) {
      const login = email.endsWith(`@${NO_REPLY}`) ? /^\d+\+([^@]+)@/.exec(email)?.[1] : undefined;
      return byEmail.get(email) ?? (login === undefined ? undefined : describe(login, 'User'));
    },
    byToken: (token) => byToken.get(digest(token)),
  };
}

function describe(login: string, type: UserRecord['type']): UserRecord {
  const id = Number.parseInt(digest(login.toLowerCase()).slice(0, 7), 16);
  return { login, id, type, name: login, email: `${id}+${login}@${NO_REPLY}` };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
