import type { Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { diffFiles, EMPTY_TREE } from '../git/diff.ts';
import { countCommits, divergence, listCommits, mergeBase, readCommit } from '../git/history.ts';
import { listRefs, readRef, resolveCommit } from '../git/refs.ts';
import { GithubError, notFound, unprocessable } from '../github-error.ts';
import { linkPages, pageOf, pageThrough } from '../http/pagination.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, param, queryText, repositoryOf } from '../http/request.ts';
import { branchOf, branchRef } from '../names.ts';
import { presentCommit, presentCommitWithFiles, presentFileChange } from '../present/present-commit.ts';
import { repositoryPage, repositoryUrl } from '../present/present-repository.ts';
import type { Schema } from '../present/schema.ts';

/** GitHub lists at most this many files of a commit or comparison. */
const MOST_FILES = 300;

export function addCommitRoutes(api: Router, context: ForgeContext): void {
  const { users } = context;

  api.get('/repos/:owner/:repo/commits', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const start = await resolveCommit(git, queryText(req, 'sha') ?? record.defaultBranch);
    if (start === undefined) {
      if (queryText(req, 'sha') !== undefined) throw notFound();
      throw new GithubError(409, 'Git Repository is empty.');
    }
    const page = pageOf(req);
    const query = {
      revisions: [start],
      ...optional('path', queryText(req, 'path')),
      ...optional('author', queryText(req, 'author')),
      ...optional('since', dateOf(queryText(req, 'since'))),
      ...optional('until', dateOf(queryText(req, 'until'))),
    };
    const [commits, total] = await Promise.all([
      listCommits(git, { ...query, skip: page.skip, limit: page.size }),
      countCommits(git, query),
    ]);
    linkPages(req, res, page, total);
    sendJson(
      req,
      res,
      commits.map((commit) => presentCommit(linksOf(req), users, record, commit)),
    );
  });

  api.get('/repos/:owner/:repo/commits/:ref', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const sha = await resolveCommit(git, param(req, 'ref'));
    if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(req, 'ref')}`);
    const commit = await readCommit(git, sha);
    const files = await diffFiles(git, commit.parents[0] ?? EMPTY_TREE, sha);
    const answer = presentCommitWithFiles(linksOf(req), users, record, commit, files);
    sendJson(req, res, { ...answer, files: answer.files?.slice(0, MOST_FILES) });
  });

  api.get('/repos/:owner/:repo/compare/:basehead', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const links = linksOf(req);
    const [baseName = '', headName = ''] = param(req, 'basehead').split('...');
    const [base, head] = await Promise.all([
      resolveCommit(git, ownRef(record.owner, baseName)),
      resolveCommit(git, ownRef(record.owner, headName)),
    ]);
    if (base === undefined || head === undefined) throw notFound();
    const ancestor = await mergeBase(git, base, head);
    if (ancestor === undefined) throw notFound(`No common ancestor between ${baseName} and ${headName}.`);
    const page = pageOf(req);
    const { ahead, behind } = await divergence(git, base, head);
    const [baseCommit, ancestorCommit, commits, files] = await Promise.all([
      readCommit(git, base),
      readCommit(git, ancestor),
      listCommits(git, {
        revisions: [head, `^${base}`],
        isOldestFirst: true,
        skip: page.skip,
        limit: page.size,
      }),
      diffFiles(git, ancestor, head),
    ]);
    linkPages(req, res, page, ahead);
    const url = `${repositoryUrl(links, record)}/compare/${param(req, 'basehead')}`;
    const comparePage = `${repositoryPage(links, record)}/compare/${param(req, 'basehead')}`;
    const answer: Schema<'commit-comparison'> = {
      url,
      html_url: comparePage,
      permalink_url: `${repositoryPage(links, record)}/compare/${base}...${head}`,
      diff_url: `${comparePage}.diff`,
      patch_url: `${comparePage}.patch`,
      base_commit: presentCommit(links, users, record, baseCommit),
      merge_base_commit: presentCommit(links, users, record, ancestorCommit),
      status: comparisonStatus(ahead, behind),
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.map((commit) => presentCommit(links, users, record, commit)),
      files: files.slice(0, MOST_FILES).map((file) => presentFileChange(links, record, head, file)),
    };
    sendJson(req, res, answer);
  });

  api.get('/repos/:owner/:repo/branches', async (req, res) => {
    const record = repositoryOf(context, req);
    const refs = await listRefs(context.git(record), 'refs/heads/');
    const page = pageThrough(req, res, refs);
    const answer: Schema<'short-branch'>[] = page.map(({ ref, sha }) => ({
      name: branchOf(ref) ?? ref,
      commit: { sha, url: `${repositoryUrl(linksOf(req), record)}/commits/${sha}` },
      protected: false,
    }));
    sendJson(req, res, answer);
  });

  api.get('/repos/:owner/:repo/branches/*branch', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const name = param(req, 'branch');
    const found = await readRef(git, branchRef(name));
    if (!found) throw notFound('Branch not found');
    const links = linksOf(req);
    const self = `${repositoryUrl(links, record)}/branches/${encodeURIComponent(name)}`;
    const answer: Schema<'branch-with-protection'> = {
      name,
      commit: presentCommit(links, users, record, await readCommit(git, found.sha)),
      _links: { self, html: `${repositoryPage(links, record)}/tree/${name}` },
      protected: false,
      protection: { enabled: false },
      protection_url: `${self}/protection`,
    };
    sendJson(req, res, answer);
  });
}

function comparisonStatus(ahead: number, behind: number): Schema<'commit-comparison'>['status'] {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** A comparison may name a branch with its owner. */
function ownRef(owner: string, name: string): string {
  const prefix = `${owner}:`.toLowerCase();
  return name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
}

function dateOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw unprocessable(`${text} is not a date`);
  return date.toISOString();
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
