import type { Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { notFound } from '../github-error.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, param, tokenOf, userOf } from '../http/request.ts';
import { isOwnerName } from '../names.ts';
import { presentAccount, presentOrganization } from '../present/present-user.ts';
import { isoSeconds } from '../present/schema.ts';

export function addAccountRoutes(api: Router, context: ForgeContext, limiter: RateLimiter): void {
  const repositoriesOf = (login: string) =>
    context.store.list().filter((record) => record.owner.toLowerCase() === login.toLowerCase());
  const countsOf = (login: string) => {
    const owned = repositoriesOf(login);
    const privateCount = owned.filter((record) => record.isPrivate).length;
    return { public: owned.length - privateCount, private: privateCount };
  };
  /** Accounts exist as long as the forge knows of them; the oldest repository is the best date there is. */
  const since = (login: string) =>
    repositoriesOf(login)
      .map((record) => record.createdAt)
      .toSorted()
      .at(0) ?? isoSeconds(new Date(0));

  api.get('/user', (req, res) => {
    const user = userOf(req);
    sendJson(req, res, presentAccount(linksOf(req), user, since(user.login), countsOf(user.login)));
  });

  api.get('/users/:login', (req, res) => {
    const login = param(req, 'login');
    if (!isOwnerName(login)) throw notFound();
    const user = context.users.owner(login);
    if (user.type === 'Organization' && repositoriesOf(login).length === 0) throw notFound();
    sendJson(req, res, presentAccount(linksOf(req), user, since(login), countsOf(login)));
  });

  api.get('/orgs/:org', (req, res) => {
    const organization = context.users.owner(param(req, 'org'));
    const isThere = organization.type === 'Organization' && repositoriesOf(organization.login).length > 0;
    if (!isThere) throw notFound();
    const { login } = organization;
    sendJson(req, res, presentOrganization(linksOf(req), organization, since(login), countsOf(login)));
  });

  api.get('/rate_limit', (req, res) => {
    sendJson(req, res, limiter.overview(tokenOf(req)));
  });
}
