import { Router } from 'express';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { faultSchema } from '../faults/fault-plan.ts';
import type { ForgeContext } from '../forge-context.ts';
import { notFound } from '../github-error.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import { numberParam, parseBody, userOf } from '../http/request.ts';
import type { RequestJournal } from '../http/request-journal.ts';
import { seedBranch, seedSchema } from '../operations/seed-branch.ts';

/** What GitHub does not have: faults, the journal of requests, and seeding. */
export function createControlRoutes(
  context: ForgeContext,
  faults: FaultPlan,
  journal: RequestJournal,
): Router {
  const control = Router();
  control.get('/faults', (req, res) => sendJson(req, res, faults.list()));
  control.post('/faults', (req, res) => sendJson(req, res, faults.add(parseBody(faultSchema, req)), 201));
  control.delete('/faults', (_req, res) => {
    faults.clear();
    sendNothing(res);
  });
  control.delete('/faults/:id', (req, res) => {
    if (!faults.remove(numberParam(req, 'id'))) throw notFound();
    sendNothing(res);
  });
  control.get('/requests', (req, res) => sendJson(req, res, journal.list()));
  control.delete('/requests', (_req, res) => {
    journal.clear();
    sendNothing(res);
  });
  control.post('/seed', async (req, res) => {
    sendJson(req, res, await seedBranch(context, parseBody(seedSchema, req), userOf(req)), 201);
  });
  return control;
}
