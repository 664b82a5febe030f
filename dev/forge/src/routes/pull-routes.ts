import type { Request, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { diffText } from '../git/diff.ts';
import { countCommits, listCommits, mergeBase } from '../git/history.ts';
import { notFound } from '../github-error.ts';
import { linkPages, pageOf, pageThrough } from '../http/pagination.ts';
import { sendBytes, sendJson, sendNothing } from '../http/reply.ts';
import { linksOf, numberParam, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import { mergePull } from '../operations/merge-pull.ts';
import { openPull } from '../operations/open-pull.ts';
import { summarizePull } from '../operations/pull-summary.ts';
import { findPull, inRepository } from '../operations/repository-session.ts';
import { updatePull } from '../operations/update-pull.ts';
import { presentCommit, presentFileChange } from '../present/present-commit.ts';
import { presentFullPull, presentPull } from '../present/present-pull.ts';
import type { Schema } from '../present/schema.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { messageText } from './request-bodies.ts';

const title = messageText.min(1, 'is too short (minimum is 1 character)').max(256);
const text = z.string().max(65_536);

const newPull = z.object({
  title,
  head: z.string(),
  base: z.string(),
  body: text.nullish(),
  draft: z.boolean().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

const pullChanges = z.object({
  title: title.optional(),
  body: text.nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

const merge = z.object({
  commit_title: messageText.optional(),
  commit_message: messageText.optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).optional(),
});

/** GitHub lists no more of a pull request, however it is paged. */
const MOST_COMMITS = 250;
const MOST_FILES = 3000;

export function addPullRoutes(api: Router, context: ForgeContext): void {
  const { users } = context;

  const presentOne = async (req: Request, record: RepositoryRecord, pull: PullRecord) => {
    const summary = await summarizePull(context, record, pull, true);
    return presentFullPull(linksOf(req), users, record, pull, summary);
  };

  api.get('/repos/:owner/:repo/pulls', (req, res) => {
    const record = repositoryOf(context, req);
    const page = pageThrough(req, res, selectPulls(req, record));
    sendJson(
      req,
      res,
      page.map((pull) => presentPull(linksOf(req), users, record, pull)),
    );
  });

  api.post('/repos/:owner/:repo/pulls', async (req, res) => {
    const body = parseBody(newPull, req);
    const { record, pull } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const wanted = {
        title: body.title,
        body: body.body ?? null,
        head: body.head,
        base: body.base,
        isDraft: body.draft ?? false,
        canMaintainerModify: body.maintainer_can_modify ?? true,
      };
      const opened = await openPull(context, session, wanted, userOf(req));
      return { record: session.record, pull: opened };
    });
    const answer = await presentOne(req, record, pull);
    res.set('Location', answer.url);
    sendJson(req, res, answer, 201);
  });

  api.get('/repos/:owner/:repo/pulls/:number', async (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    if (/\b(diff|patch)\b/.test(req.headers.accept ?? '')) {
      const git = context.git(record);
      const ancestor = await mergeBase(git, pull.baseSha, pull.headSha);
      const diff = await diffText(git, ancestor ?? pull.baseSha, pull.headSha);
      sendBytes(req, res, 'application/vnd.github.diff; charset=utf-8', Buffer.from(diff));
      return;
    }
    sendJson(req, res, await presentOne(req, record, pull));
  });

  api.patch('/repos/:owner/:repo/pulls/:number', async (req, res) => {
    const body = parseBody(pullChanges, req);
    const { record, pull } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const changes = {
        title: body.title,
        body: body.body,
        state: body.state,
        base: body.base,
        canMaintainerModify: body.maintainer_can_modify,
      };
      const updated = await updatePull(context, session, numberParam(req, 'number'), changes, userOf(req));
      return { record: session.record, pull: updated };
    });
    sendJson(req, res, await presentOne(req, record, pull));
  });

  api.get('/repos/:owner/:repo/pulls/:number/files', async (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    const files = await context.pullFacts.files(context.git(record), pull);
    const page = pageThrough(req, res, files.slice(0, MOST_FILES));
    sendJson(
      req,
      res,
      page.map((file) => presentFileChange(linksOf(req), record, pull.headSha, file)),
    );
  });

  api.get('/repos/:owner/:repo/pulls/:number/commits', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const pull = findPull(record, numberParam(req, 'number'));
    const revisions = [pull.headSha, `^${pull.baseSha}`];
    const page = pageOf(req);
    const limit = Math.max(0, Math.min(page.size, MOST_COMMITS - page.skip));
    const [commits, total] = await Promise.all([
      listCommits(git, { revisions, isOldestFirst: true, skip: page.skip, limit }),
      countCommits(git, { revisions }),
    ]);
    linkPages(req, res, page, Math.min(total, MOST_COMMITS));
    sendJson(
      req,
      res,
      commits.map((commit) => presentCommit(linksOf(req), users, record, commit)),
    );
  });

  api.get('/repos/:owner/:repo/pulls/:number/merge', (req, res) => {
    const pull = findPull(repositoryOf(context, req), numberParam(req, 'number'));
    if (pull.mergedAt === null) throw notFound();
    sendNothing(res);
  });

  api.put('/repos/:owner/:repo/pulls/:number/merge', async (req, res) => {
    const body = parseBody(merge, req);
    const sha = await inRepository(context, repositoryOf(context, req), (session) => {
      const command = {
        method: body.merge_method ?? 'merge',
        expectedHead: body.sha,
        title: body.commit_title,
        message: body.commit_message,
      };
      return mergePull(context, session, numberParam(req, 'number'), command, userOf(req));
    });
    const answer: Schema<'pull-request-merge-result'> = {
      sha,
      merged: true,
      message: 'Pull Request successfully merged',
    };
    sendJson(req, res, answer);
  });
}

function selectPulls(req: Request, record: RepositoryRecord): readonly PullRecord[] {
  const state = queryText(req, 'state') ?? 'open';
  const head = queryText(req, 'head');
  const base = queryText(req, 'base');
  // Without an owner GitHub ignores the filter; with another owner nothing matches, as there are no forks.
  const headBranch = head?.includes(':') ? head.slice(head.indexOf(':') + 1) : undefined;
  const isOwnHead = head?.toLowerCase().startsWith(`${record.owner.toLowerCase()}:`);
  const selected = record.pulls.filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (headBranch === undefined || (isOwnHead && pull.head === headBranch)) &&
      (base === undefined || pull.base === base),
  );
  return sortPulls(selected, queryText(req, 'sort') ?? 'created', queryText(req, 'direction'));
}

function sortPulls(
  pulls: readonly PullRecord[],
  sort: string,
  direction: string | undefined,
): readonly PullRecord[] {
  const keyOf = (pull: PullRecord) => (sort === 'updated' ? Date.parse(pull.updatedAt) : pull.number);
  const isDescending = (direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc';
  const sorted = pulls.toSorted((a, b) => keyOf(a) - keyOf(b) || a.number - b.number);
  return isDescending ? sorted.toReversed() : sorted;
}
