import { json, Router } from 'express';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { strikeRequest } from '../faults/strike-request.ts';
import type { ForgeContext } from '../forge-context.ts';
import { notFound } from '../github-error.ts';
import { addAccountRoutes } from '../routes/account-routes.ts';
import { addArchiveRoutes } from '../routes/archive-routes.ts';
import { addCheckRoutes } from '../routes/check-routes.ts';
import { addCommentRoutes } from '../routes/comment-routes.ts';
import { addCommitRoutes } from '../routes/commit-routes.ts';
import { addContentsRoutes } from '../routes/contents-routes.ts';
import { addGitObjectRoutes } from '../routes/git-object-routes.ts';
import { addHookRoutes } from '../routes/hook-routes.ts';
import { addLabelRoutes } from '../routes/label-routes.ts';
import { addPullRoutes } from '../routes/pull-routes.ts';
import { addRefRoutes } from '../routes/ref-routes.ts';
import { addRepositoryRoutes } from '../routes/repository-routes.ts';
import { addReviewRoutes } from '../routes/review-routes.ts';
import { addSearchRoutes } from '../routes/search-routes.ts';
import { addStatusRoutes } from '../routes/status-routes.ts';
import type { RateLimiter } from './rate-limit.ts';

/** GitHub takes files of up to 100 MB, and Base64 makes them a third larger. */
const LARGEST_BODY = '140mb';

/** GitHub's REST API, behind the authentication. */
export function createApiRoutes(context: ForgeContext, limiter: RateLimiter, faults: FaultPlan): Router {
  const api = Router();
  // GitHub reads JSON whatever the content type says.
  api.use(json({ limit: LARGEST_BODY, type: () => true, strict: false }));
  api.use(async (req, res, next) => {
    if (await strikeRequest(faults, limiter, req, res, req.path)) next();
  });
  addAccountRoutes(api, context, limiter);
  addRepositoryRoutes(api, context);
  addContentsRoutes(api, context);
  addRefRoutes(api, context);
  addGitObjectRoutes(api, context);
  addCheckRoutes(api, context);
  addStatusRoutes(api, context);
  addCommitRoutes(api, context);
  addPullRoutes(api, context);
  addReviewRoutes(api, context);
  addLabelRoutes(api, context);
  addCommentRoutes(api, context);
  addSearchRoutes(api, context);
  addHookRoutes(api, context);
  addArchiveRoutes(api, context);
  api.use(() => {
    throw notFound();
  });
  return api;
}
