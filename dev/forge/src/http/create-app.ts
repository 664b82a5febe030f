import { randomUUID } from 'node:crypto';
import express, { type Express, json, type RequestHandler } from 'express';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { strikeRequest } from '../faults/strike-request.ts';
import type { ForgeContext } from '../forge-context.ts';
import { GithubError, notFound } from '../github-error.ts';
import { createAssetRoutes } from '../pages/asset-routes.ts';
import { errorPage } from '../pages/error-page.ts';
import { createPageRoutes } from '../pages/page-routes.ts';
import { sendPage } from '../pages/send-page.ts';
import { sendTarball } from '../routes/archive-routes.ts';
import { createControlRoutes } from '../routes/control-routes.ts';
import { gitRequestOf, serveGit } from '../routes/git-routes.ts';
import type { UserRecord } from '../users.ts';
import { createApiRoutes } from './api-routes.ts';
import { authenticate } from './authentication.ts';
import { handleErrors } from './error-handler.ts';
import type { RateLimiter } from './rate-limit.ts';
import { sendError } from './reply.ts';
import { setPublicUrl, setUser, userOf } from './request.ts';
import type { RequestJournal } from './request-journal.ts';

export interface AppParts {
  readonly context: ForgeContext;
  readonly limiter: RateLimiter;
  readonly faults: FaultPlan;
  readonly journal: RequestJournal;
  readonly visitor: UserRecord;
  readonly publicUrl: string | undefined;
}

const LARGEST_SEED = '200mb';

export function createApp({ context, limiter, faults, journal, visitor, publicUrl }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Answers carry tags of their own, of what they say and not of how express wrote it.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(journal.record);
  app.use((req, res, next) => {
    setPublicUrl(req, publicUrl);
    res.set({ 'X-GitHub-Request-Id': randomUUID(), Server: 'loom-forge' });
    next();
  });

  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  const failJson = handleErrors(context.log, sendError);
  const api = createApiRoutes(context, limiter, faults);
  app.use('/api/v3', describeApi, limitRate(context, limiter), requireToken(context), api, failJson);
  app.get('/_codeload/:owner/:repo/legacy.tar.gz/*ref', requireToken(context), (req, res) =>
    sendTarball(context, req, res),
  );
  app.use('/_codeload', failJson);
  app.use(createAssetRoutes());
  const control = createControlRoutes(context, faults, journal);
  app.use('/_forge', requireToken(context), json({ limit: LARGEST_SEED }), control, failJson);
  app.use(createGitRoutes(context, limiter, faults));
  app.use(createPageRoutes(context, visitor, publicUrl));
  app.use(() => {
    throw notFound();
  });
  app.use(handleErrors(context.log, (res, error) => sendPage(res.status(error.status), errorPage(error))));
  return app;
}

const describeApi: RequestHandler = (_req, res, next) => {
  res.set({
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-GitHub-Api-Version-Selected': '2022-11-28',
    'X-OAuth-Scopes': 'repo, admin:repo_hook',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};

/** Before the token is asked for, so that a refusal says what is left as well. */
function limitRate(context: ForgeContext, limiter: RateLimiter): RequestHandler {
  return (req, res, next) => {
    const found = authenticate(context.users, req);
    return limiter.limit(found.kind === 'user' ? found.token : 'anonymous')(req, res, next);
  };
}

function requireToken(context: ForgeContext): RequestHandler {
  return (req, _res, next) => {
    const found = authenticate(context.users, req);
    if (found.kind === 'none') throw new GithubError(401, 'Requires authentication');
    if (found.kind === 'bad') throw new GithubError(401, 'Bad credentials');
    setUser(req, found.user, found.token);
    next();
  };
}

/** Git clients show what they are told as plain text, and ask for a password when they are challenged. */
function createGitRoutes(context: ForgeContext, limiter: RateLimiter, faults: FaultPlan): RequestHandler {
  const failText = handleErrors(context.log, (res, error) => {
    if (error.status === 401) res.set('WWW-Authenticate', 'Basic realm="Loom forge"');
    res.status(error.status).set(error.headers);
    res.set('Content-Type', 'text/plain; charset=utf-8').end(`${error.message}\n`);
  });
  const serve: RequestHandler = async (req, res, next) => {
    const wanted = gitRequestOf(req);
    if (!wanted) return next('router');
    requireToken(context)(req, res, () => undefined);
    if (!(await strikeRequest(faults, limiter, req, res, req.path))) return;
    const record = context.store.find(wanted.owner, wanted.name);
    if (!record) throw new GithubError(404, 'Repository not found.');
    await serveGit(context, record, wanted.service, userOf(req), req, res);
  };
  const git = express.Router();
  git.use(serve, failText);
  return git;
}
