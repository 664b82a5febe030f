import type { Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { validationFailed } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, queryText } from '../http/request.ts';
import type { Links } from '../links.ts';
import { encodePath } from '../links.ts';
import { parseCodeQuery } from '../operations/code-query.ts';
import { type CodeMatch, searchCode } from '../operations/search-code.ts';
import { presentRepository, repositoryPage, repositoryUrl } from '../present/present-repository.ts';
import type { Schema } from '../present/schema.ts';
import type { UserDirectory } from '../users.ts';

export function addSearchRoutes(api: Router, context: ForgeContext): void {
  api.get('/search/code', async (req, res) => {
    const text = queryText(req, 'q');
    if (text === undefined) throw validationFailed({ resource: 'Search', code: 'missing', field: 'q' });
    const matches = await searchCode(context, parseCodeQuery(text));
    const page = pageThrough(req, res, matches);
    sendJson(req, res, {
      total_count: matches.length,
      incomplete_results: false,
      items: page.map((match) => presentMatch(linksOf(req), context.users, match)),
    });
  });
}

function presentMatch(
  links: Links,
  users: UserDirectory,
  { record, commit, entry }: CodeMatch,
): Schema<'code-search-result-item'> {
  const path = encodePath(entry.path);
  return {
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    url: `${repositoryUrl(links, record)}/contents/${path}?ref=${commit}`,
    git_url: `${repositoryUrl(links, record)}/git/blobs/${entry.sha}`,
    html_url: `${repositoryPage(links, record)}/blob/${commit}/${path}`,
    repository: presentRepository(links, users, record),
    score: 1,
  };
}
