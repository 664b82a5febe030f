import type { Request } from 'express';
import type { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { GithubError, notFound } from '../github-error.ts';
import { type Links, linksFrom } from '../links.ts';
import { isOwnerName, isRepositoryName } from '../names.ts';
import type { RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';

const users = new WeakMap<Request, { readonly user: UserRecord; readonly token: string }>();
const publicUrls = new WeakMap<Request, string | undefined>();

export function setUser(req: Request, user: UserRecord, token: string): void {
  users.set(req, { user, token });
}

/** Whoever the request's token stands for; routes run behind the authentication only. */
export function userOf(req: Request): UserRecord {
  return authenticated(req).user;
}

export function tokenOf(req: Request): string {
  return authenticated(req).token;
}

function authenticated(req: Request) {
  const found = users.get(req);
  if (!found) throw new Error(`${req.method} ${req.path} was reached without authentication`);
  return found;
}

export function setPublicUrl(req: Request, publicUrl: string | undefined): void {
  publicUrls.set(req, publicUrl);
}

/** `http://host` by which the asker reached the forge. */
export function requestBase(req: Request): string {
  const host = req.headers.host ?? '';
  if (/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(host)) return `http://${host}`;
  throw new GithubError(400, 'The Host header is not a host');
}

export function linksOf(req: Request): Links {
  return linksFrom(requestBase(req), publicUrls.get(req));
}

export function param(req: Request, name: string): string {
  const value = req.params[name];
  if (value === undefined) throw new Error(`The route of ${req.path} has no parameter ${name}`);
  return typeof value === 'string' ? value : value.join('/');
}

/** A parameter that is a number, or the answer that there is nothing there. */
export function numberParam(req: Request, name: string): number {
  const text = param(req, name);
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

export function queryText(req: Request, name: string): string | undefined {
  const value = req.query[name];
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.includes('\0')) throw new GithubError(422, `${name} holds a NUL`);
  return value;
}

export function repositoryOf(context: ForgeContext, req: Request): RepositoryRecord {
  const owner = param(req, 'owner');
  const name = param(req, 'repo').replace(/\.git$/, '');
  const isPossible = isOwnerName(owner) && isRepositoryName(name);
  const record = isPossible ? context.store.find(owner, name) : undefined;
  if (!record) throw notFound();
  return record;
}

export function parseBody<T>(schema: z.ZodType<T>, req: Request): T {
  const body: unknown = req.body === undefined ? {} : req.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new GithubError(400, 'Body should be a JSON object');
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('/') ?? '';
  const isMissing = issue?.code === 'invalid_type' && !(field in body);
  const reason = isMissing ? `"${field}" wasn't supplied.` : `For 'properties/${field}', ${issue?.message}.`;
  throw new GithubError(422, `Invalid request.\n\n${reason}`);
}
