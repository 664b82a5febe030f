import type { Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { diffFiles, EMPTY_TREE } from '../git/diff.ts';
import { listCommits, mergeBase, readCommit } from '../git/history.ts';
import { resolveCommit } from '../git/refs.ts';
import { notFound } from '../github-error.ts';
import { param, queryText, repositoryOf } from '../http/request.ts';
import { commitPage, commitsPage, comparePage } from './commit-page.ts';
import { sendPage } from './send-page.ts';

const COMMITS_PER_PAGE = 50;

export function addCommitPages(pages: Router, context: ForgeContext): void {
  pages.get('/:owner/:repo/commits/*ref', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const ref = param(req, 'ref');
    const commit = await resolveCommit(git, ref);
    if (commit === undefined && ref !== record.defaultBranch) throw notFound();
    const page = Math.min(Math.max(1, Math.floor(Number(queryText(req, 'page')) || 1)), 1e6);
    const skip = (page - 1) * COMMITS_PER_PAGE;
    const found =
      commit === undefined
        ? []
        : await listCommits(git, { revisions: [commit], skip, limit: COMMITS_PER_PAGE + 1 });
    const commits = found.slice(0, COMMITS_PER_PAGE);
    sendPage(res, commitsPage({ record, ref, commits, page, hasMore: found.length > COMMITS_PER_PAGE }));
  });

  pages.get('/:owner/:repo/commit/:sha', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const sha = await resolveCommit(git, param(req, 'sha'));
    if (sha === undefined) throw notFound();
    const commit = await readCommit(git, sha);
    sendPage(res, commitPage(record, commit, await diffFiles(git, commit.parents[0] ?? EMPTY_TREE, sha)));
  });

  // Where the push event's `compare` leads.
  pages.get('/:owner/:repo/compare/:basehead', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const [from = '', to = ''] = param(req, 'basehead').split('...');
    const [base, head] = await Promise.all([resolveCommit(git, from), resolveCommit(git, to)]);
    const ancestor = base === undefined || head === undefined ? undefined : await mergeBase(git, base, head);
    if (head === undefined || ancestor === undefined) throw notFound();
    const revisions = [head, `^${ancestor}`];
    const [commits, files] = await Promise.all([
      listCommits(git, { revisions, limit: COMMITS_PER_PAGE }),
      diffFiles(git, ancestor, head),
    ]);
    sendPage(res, comparePage({ record, from, to, commits, files }));
  });
}
