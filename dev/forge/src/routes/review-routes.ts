import type { Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { GithubError, unprocessable } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, numberParam, parseBody, repositoryOf, userOf } from '../http/request.ts';
import { findPull, inRepository } from '../operations/repository-session.ts';
import { presentReview } from '../present/present-pull.ts';
import { isoSeconds } from '../present/schema.ts';
import type { ReviewRecord, ReviewState } from '../store/records.ts';
import { emitReviewEvent } from '../webhooks/payloads.ts';

const newReview = z.object({
  body: z.string().max(65_536).optional(),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
  commit_id: z.string().optional(),
});

const STATES: Record<'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', ReviewState> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

export function addReviewRoutes(api: Router, context: ForgeContext): void {
  api.get('/repos/:owner/:repo/pulls/:number/reviews', (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    const page = pageThrough(req, res, pull.reviews);
    sendJson(
      req,
      res,
      page.map((review) => presentReview(linksOf(req), context.users, record, pull, review)),
    );
  });

  api.get('/repos/:owner/:repo/pulls/:number/reviews/:review', (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    const review = pull.reviews.find(({ id }) => id === numberParam(req, 'review'));
    if (!review) throw new GithubError(404, 'Not Found');
    sendJson(req, res, presentReview(linksOf(req), context.users, record, pull, review));
  });

  api.post('/repos/:owner/:repo/pulls/:number/reviews', async (req, res) => {
    const body = parseBody(newReview, req);
    const user = userOf(req);
    const answer = await inRepository(context, repositoryOf(context, req), async (session) => {
      const pull = findPull(session.record, numberParam(req, 'number'));
      const isOwn = pull.author === user.login;
      if (isOwn && body.event === 'APPROVE') throw refuse('Can not approve your own pull request');
      if (isOwn && body.event === 'REQUEST_CHANGES')
        throw refuse('Can not request changes on your own pull request');
      const needsBody = body.event === 'REQUEST_CHANGES' || body.event === 'COMMENT';
      if (needsBody && !body.body) throw unprocessable('Unprocessable Entity');
      const now = isoSeconds(context.now());
      const review: ReviewRecord = {
        id: context.store.nextId(),
        author: user.login,
        body: body.body ?? '',
        // Without an event a review stays a draft of its author.
        state: body.event === undefined ? 'PENDING' : STATES[body.event],
        commitSha: body.commit_id ?? pull.headSha,
        submittedAt: body.event === undefined ? null : now,
      };
      const updated = { ...pull, reviews: [...pull.reviews, review], updatedAt: now };
      await session.savePull(updated);
      if (body.event !== undefined) await emitReviewEvent(context, session.record, updated, review, user);
      return { record: session.record, pull: updated, review };
    });
    sendJson(req, res, presentReview(linksOf(req), context.users, answer.record, answer.pull, answer.review));
  });
}

function refuse(reason: string): GithubError {
  return new GithubError(422, 'Unprocessable Entity', { errors: [`Review ${reason}`] });
}
