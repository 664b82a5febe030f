import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { branchTip, setHead } from '../git/refs.ts';
import { notFound, validationFailed } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import { linksOf, param, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import { isOwnerName } from '../names.ts';
import { createRepository } from '../operations/create-repository.ts';
import { inRepository } from '../operations/repository-session.ts';
import { presentRepository } from '../present/present-repository.ts';
import { isoSeconds } from '../present/schema.ts';
import type { RepositoryRecord } from '../store/records.ts';

const newRepository = z.object({
  name: z.string(),
  description: z.string().max(350).nullish(),
  private: z.boolean().optional(),
  auto_init: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
  default_branch: z.string().optional(),
});

const repositoryChanges = z.object({
  description: z.string().max(350).nullish(),
  private: z.boolean().optional(),
  default_branch: z.string().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

type Sort = 'created' | 'updated' | 'pushed' | 'full_name';

export function addRepositoryRoutes(api: Router, context: ForgeContext): void {
  const { users, store } = context;

  const sendList = (req: Request, res: Response, records: readonly RepositoryRecord[], sort: Sort) => {
    const sorted = sortRepositories(records, queryText(req, 'sort') ?? sort, queryText(req, 'direction'));
    const page = pageThrough(req, res, sorted);
    sendJson(
      req,
      res,
      page.map((record) => presentRepository(linksOf(req), users, record)),
    );
  };
  const ownedBy = (login: string) =>
    store.list().filter((record) => record.owner.toLowerCase() === login.toLowerCase());

  const create = async (req: Request, res: Response, owner: string) => {
    const body = parseBody(newRepository, req);
    const wanted = {
      owner,
      name: body.name,
      description: body.description,
      isPrivate: body.private,
      isInitialized: body.auto_init,
      defaultBranch: body.default_branch,
      deletesBranchOnMerge: body.delete_branch_on_merge,
    };
    const record = await createRepository(context, wanted, userOf(req));
    sendJson(req, res, presentRepository(linksOf(req), users, record), 201);
  };

  api.get('/user/repos', (req, res) => sendList(req, res, store.list(), 'full_name'));
  api.get('/users/:login/repos', (req, res) => {
    sendList(req, res, ownedBy(param(req, 'login')), 'full_name');
  });
  api.get('/orgs/:org/repos', (req, res) => {
    const owned = ownedBy(param(req, 'org'));
    if (owned.length === 0) throw notFound();
    sendList(req, res, owned, 'created');
  });
  api.post('/user/repos', (req, res) => create(req, res, userOf(req).login));
  // An organisation is there as soon as it owns something.
  api.post('/orgs/:org/repos', (req, res) => {
    if (!isOwnerName(param(req, 'org'))) throw notFound();
    return create(req, res, param(req, 'org'));
  });

  api.get('/repos/:owner/:repo', (req, res) => {
    sendJson(req, res, presentRepository(linksOf(req), users, repositoryOf(context, req)));
  });

  api.patch('/repos/:owner/:repo', async (req, res) => {
    const changes = parseBody(repositoryChanges, req);
    const record = await inRepository(context, repositoryOf(context, req), async (session) => {
      const { record: before, git } = session;
      const defaultBranch = changes.default_branch ?? before.defaultBranch;
      if (defaultBranch !== before.defaultBranch) {
        if ((await branchTip(git, defaultBranch)) === undefined)
          throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'default_branch' });
        await setHead(git, defaultBranch);
      }
      await session.save({
        defaultBranch,
        description: changes.description === undefined ? before.description : changes.description,
        isPrivate: changes.private ?? before.isPrivate,
        deletesBranchOnMerge: changes.delete_branch_on_merge ?? before.deletesBranchOnMerge,
        updatedAt: isoSeconds(context.now()),
      });
      return session.record;
    });
    sendJson(req, res, presentRepository(linksOf(req), users, record));
  });

  api.delete('/repos/:owner/:repo', async (req, res) => {
    await inRepository(context, repositoryOf(context, req), async ({ record }) => {
      await store.remove(record);
      await context.deliveries.remove(record.id);
    });
    sendNothing(res);
  });
}

function sortRepositories(
  records: readonly RepositoryRecord[],
  sort: string,
  direction: string | undefined,
): readonly RepositoryRecord[] {
  const keyOf = (record: RepositoryRecord): string => {
    if (sort === 'created') return record.createdAt;
    if (sort === 'updated') return record.updatedAt;
    return sort === 'pushed' ? record.pushedAt : `${record.owner}/${record.name}`.toLowerCase();
  };
  const isDescending = (direction ?? (sort === 'full_name' ? 'asc' : 'desc')) === 'desc';
  const sorted = records.toSorted((a, b) => compare(keyOf(a), keyOf(b)) || a.id - b.id);
  return isDescending ? sorted.toReversed() : sorted;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
