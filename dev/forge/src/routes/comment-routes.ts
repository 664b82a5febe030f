import type { Request, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { notFound } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import { linksOf, numberParam, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import { findPull, inRepository } from '../operations/repository-session.ts';
import { presentComment, presentIssue } from '../present/present-pull.ts';
import { isoSeconds } from '../present/schema.ts';
import type { CommentRecord, PullRecord, RepositoryRecord } from '../store/records.ts';
import { emitCommentEvent } from '../webhooks/payloads.ts';

const commentBody = z.object({ body: z.string().min(1).max(65_536) });

/** Issues of the forge are its pull requests. */
export function addCommentRoutes(api: Router, context: ForgeContext): void {
  const { users } = context;

  api.get('/repos/:owner/:repo/issues/:number', (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    sendJson(req, res, presentIssue(linksOf(req), users, record, pull));
  });

  api.get('/repos/:owner/:repo/issues/:number/comments', (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    const since = queryText(req, 'since');
    const comments = pull.comments.filter((comment) => since === undefined || comment.updatedAt >= since);
    const page = pageThrough(req, res, comments);
    sendJson(
      req,
      res,
      page.map((comment) => presentComment(linksOf(req), users, record, pull, comment)),
    );
  });

  api.post('/repos/:owner/:repo/issues/:number/comments', async (req, res) => {
    const { body } = parseBody(commentBody, req);
    const user = userOf(req);
    const answer = await inRepository(context, repositoryOf(context, req), async (session) => {
      const pull = findPull(session.record, numberParam(req, 'number'));
      const now = isoSeconds(context.now());
      const id = context.store.nextId();
      const comment = { id, author: user.login, body, createdAt: now, updatedAt: now };
      const updated = { ...pull, comments: [...pull.comments, comment], updatedAt: now };
      await session.savePull(updated);
      await emitCommentEvent(context, session.record, updated, comment, 'created', user);
      return presentComment(linksOf(req), users, session.record, updated, comment);
    });
    sendJson(req, res, answer, 201);
  });

  api.get('/repos/:owner/:repo/issues/comments/:id', (req, res) => {
    const record = repositoryOf(context, req);
    const { pull, comment } = findComment(record, req);
    sendJson(req, res, presentComment(linksOf(req), users, record, pull, comment));
  });

  api.patch('/repos/:owner/:repo/issues/comments/:id', async (req, res) => {
    const { body } = parseBody(commentBody, req);
    const answer = await inRepository(context, repositoryOf(context, req), async (session) => {
      const { pull, comment } = findComment(session.record, req);
      const edited = { ...comment, body, updatedAt: isoSeconds(context.now()) };
      const comments = pull.comments.map((each) => (each.id === comment.id ? edited : each));
      const updated = { ...pull, comments, updatedAt: edited.updatedAt };
      await session.savePull(updated);
      await emitCommentEvent(context, session.record, updated, edited, 'edited', userOf(req));
      return presentComment(linksOf(req), users, session.record, updated, edited);
    });
    sendJson(req, res, answer);
  });

  api.delete('/repos/:owner/:repo/issues/comments/:id', async (req, res) => {
    await inRepository(context, repositoryOf(context, req), async (session) => {
      const { pull, comment } = findComment(session.record, req);
      const comments = pull.comments.filter((each) => each.id !== comment.id);
      const updated = { ...pull, comments, updatedAt: isoSeconds(context.now()) };
      await session.savePull(updated);
      await emitCommentEvent(context, session.record, updated, comment, 'deleted', userOf(req));
    });
    sendNothing(res);
  });
}

function findComment(record: RepositoryRecord, req: Request): { pull: PullRecord; comment: CommentRecord } {
  const wanted = numberParam(req, 'id');
  for (const pull of record.pulls) {
    const comment = pull.comments.find(({ id }) => id === wanted);
    if (comment) return { pull, comment };
  }
  throw notFound();
}
