import type { Request, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { resolveCommit } from '../git/refs.ts';
import { notFound, unprocessable } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, param, parseBody, repositoryOf, userOf } from '../http/request.ts';
import { combinedState, latestStatuses } from '../operations/checks-state.ts';
import { inRepository } from '../operations/repository-session.ts';
import { presentCombinedStatus, presentStatus } from '../present/present-checks.ts';
import { isoSeconds } from '../present/schema.ts';
import type { RepositoryRecord, StatusRecord } from '../store/records.ts';
import { emitStatusEvent } from '../webhooks/payloads.ts';

const newStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: z.string().max(2000).nullish(),
  description: z.string().max(140).nullish(),
  context: z.string().min(1).max(200).optional(),
});

/** As many as a repository keeps; the oldest go first. */
const MOST_STATUSES = 2000;

export function addStatusRoutes(api: Router, context: ForgeContext): void {
  const { users } = context;

  const commitOf = async (req: Request, record: RepositoryRecord) => {
    const sha = await resolveCommit(context.git(record), param(req, 'ref'));
    if (sha === undefined) throw notFound();
    return sha;
  };

  api.post('/repos/:owner/:repo/statuses/:sha', async (req, res) => {
    const body = parseBody(newStatus, req);
    const { record, status } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const sha = await resolveCommit(session.git, param(req, 'sha'));
      if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(req, 'sha')}`);
      const created: StatusRecord = {
        id: context.store.nextId(),
        sha,
        state: body.state,
        context: body.context ?? 'default',
        description: body.description ?? null,
        targetUrl: body.target_url ?? null,
        creator: userOf(req).login,
        createdAt: isoSeconds(context.now()),
      };
      await session.save({ statuses: [...session.record.statuses, created].slice(-MOST_STATUSES) });
      await emitStatusEvent(context, session.record, created, userOf(req));
      return { record: session.record, status: created };
    });
    sendJson(req, res, presentStatus(linksOf(req), users, record, status), 201);
  });

  api.get('/repos/:owner/:repo/commits/:ref/status', async (req, res) => {
    const record = repositoryOf(context, req);
    const sha = await commitOf(req, record);
    const latest = latestStatuses(record, sha);
    const page = pageThrough(req, res, latest);
    const answer = presentCombinedStatus(linksOf(req), users, record, sha, combinedState(latest), page);
    sendJson(req, res, { ...answer, total_count: latest.length });
  });

  api.get('/repos/:owner/:repo/commits/:ref/statuses', async (req, res) => {
    const record = repositoryOf(context, req);
    const sha = await commitOf(req, record);
    const statuses = record.statuses.filter((status) => status.sha === sha).toReversed();
    const page = pageThrough(req, res, statuses);
    sendJson(
      req,
      res,
      page.map((status) => presentStatus(linksOf(req), users, record, status)),
    );
  });
}
