import type { Request, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { notFound, validationFailed } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import {
  linksOf,
  numberParam,
  parseBody,
  queryText,
  repositoryOf,
  requestBase,
  userOf,
} from '../http/request.ts';
import { inRepository } from '../operations/repository-session.ts';
import { presentDelivery, presentDeliveryItem, presentHook } from '../present/present-hook.ts';
import { presentRepository } from '../present/present-repository.ts';
import { presentUser } from '../present/present-user.ts';
import { isoSeconds } from '../present/schema.ts';
import type { HookRecord, RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';

const config = z.object({
  url: z.string().max(2000).optional(),
  content_type: z.enum(['json', 'form']).optional(),
  secret: z.string().max(1000).optional(),
  insecure_ssl: z.union([z.string(), z.number()]).optional(),
});
const events = z.array(z.string().regex(/^(\*|[a-z_]+)$/)).max(100);
const newHook = z.object({
  name: z.literal('web').optional(),
  config: config.extend({ url: z.string().max(2000) }),
  events: events.optional(),
  active: z.boolean().optional(),
});
const hookChanges = z.object({
  config: config.optional(),
  events: events.optional(),
  add_events: events.optional(),
  remove_events: events.optional(),
  active: z.boolean().optional(),
});

const MOST_HOOKS = 20;

export function addHookRoutes(api: Router, context: ForgeContext): void {
  const present = async (req: Request, record: RepositoryRecord, hook: HookRecord) => {
    const [last] = await context.deliveries.list(record.id, hook.id);
    return presentHook(linksOf(req), record, hook, last);
  };

  api.get('/repos/:owner/:repo/hooks', async (req, res) => {
    const record = repositoryOf(context, req);
    const page = pageThrough(req, res, record.hooks);
    sendJson(req, res, await Promise.all(page.map((hook) => present(req, record, hook))));
  });

  api.post('/repos/:owner/:repo/hooks', async (req, res) => {
    const body = parseBody(newHook, req);
    refuseBadUrl(body.config.url);
    const now = isoSeconds(context.now());
    const { record, hook } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const wanted = toHook(context.store.nextId(), body, now);
      refuseSameHook(session.record, wanted);
      await session.save({ hooks: [...session.record.hooks, wanted] });
      return { record: session.record, hook: wanted };
    });
    ping(context, record, hook, userOf(req));
    sendJson(req, res, await present(req, record, hook), 201);
  });

  api.get('/repos/:owner/:repo/hooks/:hook', async (req, res) => {
    const { record, hook } = find(context, req);
    sendJson(req, res, await present(req, record, hook));
  });

  api.patch('/repos/:owner/:repo/hooks/:hook', async (req, res) => {
    const body = parseBody(hookChanges, req);
    if (body.config?.url !== undefined) refuseBadUrl(body.config.url);
    const { record, hook } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const before = findHook(session.record, req);
      const added = [...(body.events ?? before.events), ...(body.add_events ?? [])];
      const after: HookRecord = {
        ...before,
        url: body.config?.url ?? before.url,
        contentType: body.config?.content_type ?? before.contentType,
        // GitHub replaces the whole config, and with it the secret.
        secret: body.config ? (body.config.secret ?? null) : before.secret,
        events: [...new Set(added)].filter((event) => !body.remove_events?.includes(event)),
        isActive: body.active ?? before.isActive,
        updatedAt: isoSeconds(context.now()),
      };
      await session.save({ hooks: session.record.hooks.map((each) => (each === before ? after : each)) });
      return { record: session.record, hook: after };
    });
    sendJson(req, res, await present(req, record, hook));
  });

  api.delete('/repos/:owner/:repo/hooks/:hook', async (req, res) => {
    await inRepository(context, repositoryOf(context, req), async (session) => {
      const hook = findHook(session.record, req);
      await session.save({ hooks: session.record.hooks.filter((each) => each !== hook) });
    });
    sendNothing(res);
  });

  api.post('/repos/:owner/:repo/hooks/:hook/pings', (req, res) => {
    const { record, hook } = find(context, req);
    ping(context, record, hook, userOf(req));
    sendNothing(res);
  });

  api.get('/repos/:owner/:repo/hooks/:hook/deliveries', async (req, res) => {
    const { record, hook } = find(context, req);
    const all = await context.deliveries.list(record.id, hook.id);
    // Paged by cursor: new deliveries must not push old ones from one page to the next.
    const cursor = Number(queryText(req, 'cursor') ?? Number.POSITIVE_INFINITY);
    const size = Math.min(Math.max(1, Number(queryText(req, 'per_page')) || 30), 100);
    const rest = all.filter(({ id }) => id < cursor);
    const page = rest.slice(0, size);
    const last = page.at(-1);
    if (last && rest.length > size) {
      const next = new URL(req.originalUrl, requestBase(req));
      next.searchParams.set('cursor', String(last.id));
      res.set('Link', `<${next.href}>; rel="next"`);
    }
    sendJson(
      req,
      res,
      page.map((delivery) => presentDeliveryItem(record, delivery)),
    );
  });

  api.get('/repos/:owner/:repo/hooks/:hook/deliveries/:delivery', async (req, res) => {
    const { record, hook } = find(context, req);
    sendJson(req, res, presentDelivery(record, hook, await findDelivery(req, record, hook)));
  });

  api.post('/repos/:owner/:repo/hooks/:hook/deliveries/:delivery/attempts', async (req, res) => {
    const { record, hook } = find(context, req);
    context.webhooks.redeliver(record, hook, await findDelivery(req, record, hook));
    sendJson(req, res, {}, 202);
  });

  async function findDelivery(req: Request, record: RepositoryRecord, hook: HookRecord) {
    const deliveries = await context.deliveries.list(record.id, hook.id);
    const delivery = deliveries.find(({ id }) => id === numberParam(req, 'delivery'));
    if (!delivery) throw notFound();
    return delivery;
  }
}

function ping(context: ForgeContext, record: RepositoryRecord, hook: HookRecord, sender: UserRecord): void {
  context.webhooks.send(record, hook, {
    name: 'ping',
    action: null,
    payload: {
      zen: 'Keep it logically awesome.',
      hook_id: hook.id,
      hook: presentHook(context.links(), record, hook, undefined),
      repository: presentRepository(context.links(), context.users, record),
      sender: presentUser(context.links(), sender),
    },
  });
}

function find(context: ForgeContext, req: Request): { record: RepositoryRecord; hook: HookRecord } {
  const record = repositoryOf(context, req);
  return { record, hook: findHook(record, req) };
}

function findHook(record: RepositoryRecord, req: Request): HookRecord {
  const hook = record.hooks.find(({ id }) => id === numberParam(req, 'hook'));
  if (!hook) throw notFound();
  return hook;
}

function toHook(id: number, body: z.infer<typeof newHook>, now: string): HookRecord {
  return {
    id,
    url: body.config.url,
    contentType: body.config.content_type ?? 'form',
    secret: body.config.secret ?? null,
    isInsecureSsl: String(body.config.insecure_ssl ?? '0') === '1',
    events: [...new Set(body.events ?? ['push'])],
    isActive: body.active ?? true,
    createdAt: now,
    updatedAt: now,
  };
}

function refuseBadUrl(url: string): void {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp)
    throw validationFailed({ resource: 'Hook', code: 'custom', field: 'url', message: 'url is not a URL' });
}

function refuseSameHook(record: RepositoryRecord, wanted: HookRecord): void {
  const isSame = (hook: HookRecord) =>
    hook.url === wanted.url && hook.events.toSorted().join() === wanted.events.toSorted().join();
  const message = 'Hook already exists on this repository';
  if (record.hooks.some(isSame)) throw validationFailed({ resource: 'Hook', code: 'custom', message });
  if (record.hooks.length >= MOST_HOOKS)
    throw validationFailed({
      resource: 'Hook',
      code: 'custom',
      message: `There are ${MOST_HOOKS} hooks already`,
    });
}
