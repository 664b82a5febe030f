import { Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { notFound } from '../github-error.ts';
import { param } from '../http/request.ts';
import type { UserRecord } from '../users.ts';
import { addCommitPages } from './commit-page-routes.ts';
import { addFilePages } from './file-page-routes.ts';
import { guardPages } from './page-guard.ts';
import { addPullPages } from './pull-page-routes.ts';
import { repositoriesPage } from './repositories-page.ts';
import { sendPage } from './send-page.ts';

/** Pages for people; whoever sits at the machine acts as `visitor`. */
export function createPageRoutes(
  context: ForgeContext,
  visitor: UserRecord,
  publicUrl: string | undefined,
): Router {
  const pages = Router();
  pages.use(guardPages(publicUrl));
  // Before the owners' pages, which would take `/pulls` for one of theirs.
  addPullPages(pages, context, visitor);
  addRepositoryLists(pages, context);
  addFilePages(pages, context);
  addCommitPages(pages, context);
  return pages;
}

function addRepositoryLists(pages: Router, context: ForgeContext): void {
  pages.get('/', (_req, res) => sendPage(res, repositoriesPage('Repositories', context.store.list())));
  pages.get('/:owner', (req, res) => {
    const owner = param(req, 'owner').toLowerCase();
    const owned = context.store.list().filter((record) => record.owner.toLowerCase() === owner);
    const [first] = owned;
    if (!first) throw notFound();
    sendPage(res, repositoriesPage(first.owner, owned));
  });
}
