import type { Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { objectType } from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { notFound, unprocessable } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson } from '../http/reply.ts';
import { linksOf, numberParam, param, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import { latestCheckRuns } from '../operations/checks-state.ts';
import { inRepository } from '../operations/repository-session.ts';
import { presentCheckRun } from '../present/present-checks.ts';
import { isoSeconds } from '../present/schema.ts';
import type { CheckRunRecord } from '../store/records.ts';
import { emitCheckRunEvent } from '../webhooks/payloads.ts';

const time = z.iso.datetime({ offset: true });

const checkChanges = z.object({
  name: z.string().min(1).max(200).optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z
    .enum(['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'])
    .optional(),
  started_at: time.optional(),
  completed_at: time.optional(),
  details_url: z.string().max(2000).optional(),
  external_id: z.string().max(200).optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().max(65_535).optional(),
      text: z.string().max(65_535).optional(),
    })
    .optional(),
});

const newCheck = checkChanges.extend({ name: z.string().min(1).max(200), head_sha: z.string() });

/** As many as a repository keeps; the oldest go first. */
const MOST_CHECKS = 2000;

export function addCheckRoutes(api: Router, context: ForgeContext): void {
  api.post('/repos/:owner/:repo/check-runs', async (req, res) => {
    const body = parseBody(newCheck, req);
    const { record, check } = await inRepository(context, repositoryOf(context, req), async (session) => {
      if ((await objectType(session.git, body.head_sha)) !== 'commit')
        throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
      const blank: CheckRunRecord = {
        id: context.store.nextId(),
        name: body.name,
        headSha: body.head_sha,
        status: 'queued',
        conclusion: null,
        startedAt: isoSeconds(context.now()),
        completedAt: null,
        detailsUrl: null,
        externalId: null,
        output: { title: null, summary: null, text: null },
      };
      const created = change(blank, body, context.now());
      await session.save({ checkRuns: [...session.record.checkRuns, created].slice(-MOST_CHECKS) });
      await emitCheckRunEvent(context, session.record, created, 'created', userOf(req));
      if (created.status === 'completed')
        await emitCheckRunEvent(context, session.record, created, 'completed', userOf(req));
      return { record: session.record, check: created };
    });
    sendJson(req, res, presentCheckRun(linksOf(req), record, check), 201);
  });

  api.patch('/repos/:owner/:repo/check-runs/:id', async (req, res) => {
    const body = parseBody(checkChanges, req);
    const { record, check } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const before = session.record.checkRuns.find(({ id }) => id === numberParam(req, 'id'));
      if (!before) throw notFound();
      const after = change(before, body, context.now());
      const checkRuns = session.record.checkRuns.map((each) => (each === before ? after : each));
      await session.save({ checkRuns });
      if (after.status === 'completed' && before.status !== 'completed')
        await emitCheckRunEvent(context, session.record, after, 'completed', userOf(req));
      return { record: session.record, check: after };
    });
    sendJson(req, res, presentCheckRun(linksOf(req), record, check));
  });

  api.get('/repos/:owner/:repo/check-runs/:id', (req, res) => {
    const record = repositoryOf(context, req);
    const check = record.checkRuns.find(({ id }) => id === numberParam(req, 'id'));
    if (!check) throw notFound();
    sendJson(req, res, presentCheckRun(linksOf(req), record, check));
  });

  api.get('/repos/:owner/:repo/commits/:ref/check-runs', async (req, res) => {
    const record = repositoryOf(context, req);
    const sha = await resolveCommit(context.git(record), param(req, 'ref'));
    if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(req, 'ref')}`);
    const all = record.checkRuns.filter((check) => check.headSha === sha);
    const chosen = queryText(req, 'filter') === 'all' ? all : latestCheckRuns(record, sha);
    const name = queryText(req, 'check_name');
    const status = queryText(req, 'status');
    const checks = chosen.filter(
      (check) =>
        (name === undefined || check.name === name) && (status === undefined || check.status === status),
    );
    const page = pageThrough(req, res, checks);
    sendJson(req, res, {
      total_count: checks.length,
      check_runs: page.map((check) => presentCheckRun(linksOf(req), record, check)),
    });
  });
}

function change(check: CheckRunRecord, body: z.infer<typeof checkChanges>, now: Date): CheckRunRecord {
  // A conclusion completes the check, and a completed check has one.
  const status = body.conclusion === undefined ? (body.status ?? check.status) : 'completed';
  const isCompleted = status === 'completed';
  const conclusion = isCompleted ? (body.conclusion ?? check.conclusion) : null;
  if (isCompleted && conclusion === null)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  return {
    ...check,
    name: body.name ?? check.name,
    status,
    conclusion,
    startedAt: isoSeconds(body.started_at ?? check.startedAt),
    completedAt: isCompleted ? isoSeconds(body.completed_at ?? check.completedAt ?? now) : null,
    detailsUrl: body.details_url ?? check.detailsUrl,
    externalId: body.external_id ?? check.externalId,
    output: {
      title: body.output?.title ?? check.output.title,
      summary: body.output?.summary ?? check.output.summary,
      text: body.output?.text ?? check.output.text,
    },
  };
}
