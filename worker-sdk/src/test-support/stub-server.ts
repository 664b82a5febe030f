import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { components } from '@loom/api';
import express, { type Response } from 'express';
import { listen } from '../http/listen.ts';
import { checkByContract } from './contract.ts';
import { until } from './until.ts';

type Schemas = components['schemas'];
type StepDispatch = Schemas['StepDispatch'];
type StepCallback = Schemas['StepCallback'];

export interface ReceivedCallback {
  readonly path: string;
  readonly token: string | undefined;
  readonly traceparent: string | undefined;
  readonly callback: StepCallback;
}

/** Answers in place of the stub; undefined lets the stub answer. */
export type Script<Body> = (body: Body, response: Response, times: number) => boolean;

/**
 * A small real server that speaks the worker's half of the contract: it checks every request against it, keeps what
 * came, and answers as a test scripts it.
 */
export async function startStubServer() {
  const announcements: Schemas['Announcement'][] = [];
  const heartbeats: Schemas['Heartbeat'][] = [];
  const withdrawals: Schemas['Withdrawal'][] = [];
  const webhooks: Schemas['WebhookReport'][] = [];
  const submissions: { readonly migrationId: string; readonly body: Schemas['CandidateSubmission'] }[] = [];
  const callbacks: ReceivedCallback[] = [];
  const breaches: string[] = [];
  const seenEvents = new Set<string>();
  const scripts: {
    announce?: Script<Schemas['Announcement']>;
    heartbeat?: Script<Schemas['Heartbeat']>;
    submit?: Script<Schemas['CandidateSubmission']>;
    callback?: Script<StepCallback>;
  } = {};
  const lease = { leaseSeconds: 30, heartbeatSeconds: 0.05 };

  const app = express();
  app.use(express.json({ limit: '10mb' }));

  function check(schema: string, body: unknown, response: Response): boolean {
    const mistakes = checkByContract(schema, body);
    if (mistakes.length === 0) return true;
    breaches.push(`${schema}: ${mistakes.join('; ')}`);
    response
      .status(422)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: '/problems/invalid-request',
          title: 'No',
          status: 422,
          detail: mistakes.join('; '),
        }),
      );
    return false;
  }

  app.post('/api/v1/registry/announce', (request, response) => {
    if (!check('Announcement', request.body, response)) return;
    const announcement: Schemas['Announcement'] = request.body;
    announcements.push(announcement);
    if (scripts.announce?.(announcement, response, announcements.length)) return;
    const total = submissions.filter(({ migrationId }) => migrationId === announcement.id).length;
    const { id, name, workerApp, steps } = announcement;
    response.json({
      id,
      name,
      workerApp,
      revision: createHash('sha256').update(JSON.stringify(steps)).digest('hex'),
      announcedAt: new Date().toISOString(),
      stepCount: steps.length,
      total,
      gone: 0,
      counts: { status: { not_started: total, running: 0, completed: 0 }, runState: {} },
      liveInstances: 1,
      drainingInstances: 0,
      drainedInstances: 0,
      steps,
      requiredInputs: announcement.requiredInputs ?? [],
      labelKeys: announcement.labelKeys ?? [],
      capabilities: announcement.capabilities,
      ...lease,
      conformance: { findings: [] },
    });
  });
  app.post('/api/v1/registry/heartbeat', (request, response) => {
    if (!check('Heartbeat', request.body, response)) return;
    heartbeats.push(request.body);
    if (scripts.heartbeat?.(request.body, response, heartbeats.length)) return;
    response.json(lease);
  });
  app.post('/api/v1/registry/withdraw', (request, response) => {
    if (!check('Withdrawal', request.body, response)) return;
    withdrawals.push(request.body);
    response.status(204).end();
  });
  app.post('/api/v1/registry/dead-letters', (request, response) => {
    if (!check('WebhookReport', request.body, response)) return;
    webhooks.push(request.body);
    response.status(202).json({ deadLetterId: 'd' });
  });
  app.post('/api/v1/migrations/:migrationId/candidates', (request, response) => {
    if (!check('CandidateSubmission', request.body, response)) return;
    const body: Schemas['CandidateSubmission'] = request.body;
    submissions.push({ migrationId: request.params.migrationId, body });
    if (scripts.submit?.(body, response, submissions.length)) return;
    response.json({ added: body.candidates.length, updated: 0, unchanged: 0, gone: 0 });
  });
  app.post('/api/v1/event/:workflowId', (request, response) => {
    if (!check('StepCallback', request.body, response)) return;
    const callback: StepCallback = request.body;
    callbacks.push({
      path: request.originalUrl,
      token: request.get('authorization')?.replace('Bearer ', ''),
      traceparent: request.get('traceparent'),
      callback,
    });
    if (scripts.callback?.(callback, response, callbacks.length)) return;
    const result = seenEvents.has(callback.eventId) ? 'duplicate' : 'accepted';
    seenEvents.add(callback.eventId);
    response.status(202).json({ result });
  });

  const server = createServer(app);
  let url = await listen(server, '127.0.0.1:0');

  return {
    get url() {
      return url;
    },
    announcements,
    heartbeats,
    withdrawals,
    webhooks,
    submissions,
    callbacks,
    breaches,
    scripts,

    /** What `POST /dispatch-step` carries for a step of a candidate. */
    dispatchOf(parts: Partial<StepDispatch> = {}): StepDispatch {
      const { runId = randomUUID(), stepName = 'greet', phase = 'execute', attempt = 1 } = parts;
      const candidate = parts.candidate ?? { id: 'world', kind: 'name', labels: {}, metadata: {}, files: [] };
      const workflowId = `${parts.migrationId ?? 'hello'}__${candidate.id}`;
      return {
        migrationId: 'hello',
        revision: 'r1',
        runId,
        stepName,
        type: stepName,
        phase,
        attempt,
        idempotencyKey: `${runId}:${stepName}:${phase}:${attempt}`,
        candidate,
        config: {},
        inputs: {},
        outputs: {},
        timeoutMs: 60_000,
        callbackUrl: `${url}/api/v1/event/${encodeURIComponent(workflowId)}`,
        callbackToken: `token-of-${runId}-${stepName}-${phase}-${attempt}`,
        ...parts,
      };
    },

    /** Callbacks of one attempt, in the order in which they came. */
    callbacksOf({ runId, stepName, attempt, phase }: StepDispatch): readonly StepCallback[] {
      return callbacks
        .map(({ callback }) => callback)
        .filter(
          (callback) =>
            callback.runId === runId &&
            callback.stepName === stepName &&
            callback.attempt === attempt &&
            callback.phase === phase,
        );
    },

    /** Waits for the first callback of the attempt that is not `pending`. */
    waitForResult(dispatch: StepDispatch, timeout = 15_000): Promise<StepCallback> {
      return until(() => {
        const final = this.callbacksOf(dispatch).find(({ status }) => status !== 'pending');
        if (final === undefined) throw new Error(`No result of ${dispatch.idempotencyKey} yet.`);
        return final;
      }, timeout);
    },

    /** Stops listening; `restart` takes the same port again. */
    async pause(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async restart(): Promise<void> {
      url = await listen(server, new URL(url).host);
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type StubServer = Awaited<ReturnType<typeof startStubServer>>;
