import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { notFound, validationFailed } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import { linksOf, numberParam, param, parseBody, repositoryOf, userOf } from '../http/request.ts';
import { findPull, inRepository, type RepositorySession } from '../operations/repository-session.ts';
import { presentLabel } from '../present/present-pull.ts';
import { isoSeconds } from '../present/schema.ts';
import type { LabelRecord, RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { emitPullEvent } from '../webhooks/payloads.ts';

const DEFAULT_COLOR = 'ededed';
const name = z.string().trim().min(1).max(50);
const color = z.string().regex(/^[0-9a-fA-F]{6}$/);
const description = z.string().max(100).nullish();

const newLabel = z.object({ name, color: color.optional(), description });
const labelChanges = z.object({ new_name: name.optional(), color: color.optional(), description });
const labelNames = z.object({
  labels: z.array(z.union([name, z.object({ name }).transform((label) => label.name)])).max(100),
});

export function addLabelRoutes(api: Router, context: ForgeContext): void {
  const find = (record: RepositoryRecord, wanted: string): LabelRecord => {
    const label = findLabel(record, wanted);
    if (!label) throw notFound();
    return label;
  };

  api.get('/repos/:owner/:repo/labels', (req, res) => {
    const record = repositoryOf(context, req);
    sendLabels(req, res, record, record.labels);
  });

  api.get('/repos/:owner/:repo/labels/:name', (req, res) => {
    const record = repositoryOf(context, req);
    sendJson(req, res, presentLabel(linksOf(req), record, find(record, param(req, 'name'))));
  });

  api.post('/repos/:owner/:repo/labels', async (req, res) => {
    const body = parseBody(newLabel, req);
    const { record, label } = await inRepository(context, repositoryOf(context, req), async (session) => {
      if (findLabel(session.record, body.name))
        throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
      const created = await addLabel(context, session, body.name, body.color, body.description);
      return { record: session.record, label: created };
    });
    sendJson(req, res, presentLabel(linksOf(req), record, label), 201);
  });

  api.patch('/repos/:owner/:repo/labels/:name', async (req, res) => {
    const body = parseBody(labelChanges, req);
    const { record, label } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const before = find(session.record, param(req, 'name'));
      const taken = body.new_name === undefined ? undefined : findLabel(session.record, body.new_name);
      if (taken && taken !== before)
        throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
      const after = {
        ...before,
        name: body.new_name ?? before.name,
        color: body.color ?? before.color,
        description: body.description === undefined ? before.description : body.description,
      };
      await session.save({
        labels: session.record.labels.map((each) => (each === before ? after : each)),
        pulls: session.record.pulls.map((pull) => ({
          ...pull,
          labels: pull.labels.map((each) => (each === before.name ? after.name : each)),
        })),
      });
      return { record: session.record, label: after };
    });
    sendJson(req, res, presentLabel(linksOf(req), record, label));
  });

  api.delete('/repos/:owner/:repo/labels/:name', async (req, res) => {
    await inRepository(context, repositoryOf(context, req), async (session) => {
      const label = find(session.record, param(req, 'name'));
      await session.save({
        labels: session.record.labels.filter((each) => each !== label),
        pulls: session.record.pulls.map((pull) => ({
          ...pull,
          labels: pull.labels.filter((each) => each !== label.name),
        })),
      });
    });
    sendNothing(res);
  });

  api.get('/repos/:owner/:repo/issues/:number/labels', (req, res) => {
    const record = repositoryOf(context, req);
    const pull = findPull(record, numberParam(req, 'number'));
    sendLabels(
      req,
      res,
      record,
      pull.labels.map((each) => find(record, each)),
    );
  });

  api.post('/repos/:owner/:repo/issues/:number/labels', async (req, res) => {
    const wanted = parseBody(labelNames, withLabels(req)).labels;
    await setLabels(req, res, (current) => [...current, ...wanted]);
  });

  api.put('/repos/:owner/:repo/issues/:number/labels', async (req, res) => {
    const wanted = parseBody(labelNames, withLabels(req)).labels;
    await setLabels(req, res, () => wanted);
  });

  api.delete('/repos/:owner/:repo/issues/:number/labels/:name', async (req, res) => {
    const name = param(req, 'name').toLowerCase();
    await setLabels(req, res, (current) => {
      if (!current.some((each) => each.toLowerCase() === name)) throw notFound('Label does not exist');
      return current.filter((each) => each.toLowerCase() !== name);
    });
  });

  async function setLabels(
    req: Request,
    res: Response,
    choose: (current: readonly string[]) => readonly string[],
  ): Promise<void> {
    const { record, labels } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const pull = findPull(session.record, numberParam(req, 'number'));
      const chosen: LabelRecord[] = [];
      for (const wanted of choose(pull.labels)) {
        // GitHub makes a label that it does not know yet.
        const label = findLabel(session.record, wanted) ?? (await addLabel(context, session, wanted));
        if (!chosen.some(({ id }) => id === label.id)) chosen.push(label);
      }
      const after = chosen.map((label) => label.name);
      const updated = { ...pull, labels: after, updatedAt: isoSeconds(context.now()) };
      await session.savePull(updated);
      await emitChanges(session, pull.labels, after, pull.number, userOf(req));
      return { record: session.record, labels: chosen };
    });
    sendLabels(req, res, record, labels);
  }

  async function emitChanges(
    session: RepositorySession,
    before: readonly string[],
    after: readonly string[],
    number: number,
    user: UserRecord,
  ): Promise<void> {
    const pull = findPull(session.record, number);
    const emit = async (action: 'labeled' | 'unlabeled', labelName: string) => {
      const label = presentLabel(context.links(), session.record, find(session.record, labelName));
      await emitPullEvent(context, session.record, pull, action, user, { label });
    };
    for (const each of after) if (!before.includes(each)) await emit('labeled', each);
    for (const each of before) if (!after.includes(each)) await emit('unlabeled', each);
  }
}

function findLabel(record: RepositoryRecord, wanted: string): LabelRecord | undefined {
  return record.labels.find((label) => label.name.toLowerCase() === wanted.toLowerCase());
}

async function addLabel(
  context: ForgeContext,
  session: RepositorySession,
  labelName: string,
  labelColor = DEFAULT_COLOR,
  labelDescription: string | null = null,
): Promise<LabelRecord> {
  const label = {
    id: context.store.nextId(),
    name: labelName,
    color: labelColor.toLowerCase(),
    description: labelDescription,
  };
  await session.save({ labels: [...session.record.labels, label] });
  return label;
}

function sendLabels(
  req: Request,
  res: Response,
  record: RepositoryRecord,
  labels: readonly LabelRecord[],
): void {
  const page = pageThrough(req, res, labels);
  sendJson(
    req,
    res,
    page.map((label) => presentLabel(linksOf(req), record, label)),
  );
}

/** The body may be the bare list of names. */
function withLabels(req: Request): Request {
  if (Array.isArray(req.body)) req.body = { labels: req.body };
  return req;
}
