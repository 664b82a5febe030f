import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { AttemptDesk, DispatchAnswer } from '../attempts/attempt-desk.ts';
import type { StepCatalogue } from '../attempts/prepare-work.ts';
import { createWorkQueue } from '../attempts/work-queue.ts';
import { describeIssues } from '../describe-issues.ts';
import { checkDryRunInputs, type DryRunRequest, type DryRunResult, runDryRun } from '../dry-run.ts';
import { readBases, readersOf } from '../read-bases.ts';
import { readTraceparent } from '../trace-context.ts';
import type { Redelivered, Webhook } from '../webhook-desk.ts';
import { type ProblemWord, sendProblem } from './problem-response.ts';
import {
  basesBody,
  discoverBody,
  dryRunBody,
  stepCancellationBody,
  stepDispatchBody,
  webhookBody,
} from './request-bodies.ts';

export interface WorkerServerOptions {
  readonly desk: AttemptDesk;
  readonly catalogue: StepCatalogue;
  readonly workerApp: string;
  readonly version: string | undefined;
  readonly dryRunMs: number;
  /** Begins a discovery; false when the migration has none. */
  readonly discover: (migrationId: string) => boolean;
  /** Uses a webhook that a person had requeued. */
  readonly redeliverWebhook: (webhook: Webhook) => Promise<Redelivered>;
  readonly isDraining: () => boolean;
  /** The server gives this instance nothing new. */
  readonly isDrained: () => boolean;
  /** Adds routes of the worker's own, such as webhooks; before any body is parsed. */
  readonly routes: ((router: Router) => void) | undefined;
  readonly log: Logger;
}

const bodyLimit = '4mb';
const dryRunsAtOnce = 2;
const dryRunsWaiting = 20;
const laterSeconds = 5;
/** Shorter than the server waits. */
const basesMs = 8_000;

/** Parses a JSON body of up to 4 MB and checks it; answers the problem itself where there is one. */
function withBody<Schema extends z.ZodType>(
  schema: Schema,
  handle: (body: z.output<Schema>, request: Request, response: Response) => Promise<void>,
) {
  const parse = express.json({ limit: bodyLimit });
  return [
    (request: Request, response: Response, next: NextFunction) => {
      if (request.is('application/json')) parse(request, response, next);
      else sendProblem(response, 'unsupported-media-type', 'Send Content-Type: application/json.');
    },
    async (request: Request, response: Response) => {
      const body = schema.safeParse(request.body);
      if (body.success) return handle(body.data, request, response);
      const errors = describeIssues(body.error);
      sendProblem(response, 'invalid-request', `The body does not fit the contract: ${errors.join('; ')}.`, {
        errors,
      });
    },
  ];
}

function sendDispatchAnswer(response: Response, answer: DispatchAnswer): void {
  const retryAfterSeconds = laterSeconds;
  switch (answer.kind) {
    case 'accepted':
      response.status(202).end();
      return;
    case 'done':
      response.status(200).json(answer.result);
      return;
    case 'superseded':
      return sendProblem(response, 'superseded', answer.detail);
    case 'unknown':
      return sendProblem(response, 'not-found', answer.detail);
    case 'invalid':
      return sendProblem(response, 'invalid-request', answer.detail, { errors: answer.mistakes });
    case 'full':
      return sendProblem(response, 'too-many-requests', 'The queue is full.', { retryAfterSeconds });
    case 'draining':
      return sendProblem(response, 'unavailable', 'The worker is shutting down.', { retryAfterSeconds });
    default:
      answer satisfies never;
  }
}

/** Errors of the body parser say what they are by `type`; everything else is the worker's own. */
function readParserError(error: unknown): { word: ProblemWord; detail: string } | undefined {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large':
      return { word: 'payload-too-large', detail: 'At most 4 MB are taken.' };
    case 'entity.parse.failed':
    case 'encoding.unsupported':
    case 'charset.unsupported':
    case 'request.aborted':
    case 'request.size.invalid':
      return { word: 'malformed-request', detail: 'The body is not JSON in UTF-8.' };
    default:
      return undefined;
  }
}

/** The HTTP server of a worker: what Loom calls, and what the worker adds. */
export function createWorkerServer(options: WorkerServerOptions): Express {
  const { desk, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const own = express.Router();
  options.routes?.(own);
  app.use(own);

  app.get('/healthz', (_request, response) => {
    const { version } = options;
    response.json({ status: 'ok', ...(version === undefined ? {} : { version }) });
  });

  // Whether it takes steps; whoever only wants to know that it lives asks for `healthz`.
  app.get('/readyz', (_request, response) => {
    const isReady = !options.isDraining() && !options.isDrained();
    response
      .status(isReady ? 200 : 503)
      .json({ status: isReady ? 'ready' : 'draining', busy: desk.busy.length });
  });

  app.post(
    '/dispatch-step',
    withBody(stepDispatchBody, async (body, request, response) => {
      sendDispatchAnswer(response, await desk.dispatch(body, readTraceparent(request.get('traceparent'))));
    }),
  );

  app.post(
    '/cancel-step',
    withBody(stepCancellationBody, async (body, _request, response) => {
      const state = await desk.cancel(body, body.graceMs);
      if (state === 'unknown') sendProblem(response, 'not-found', 'This worker does not know the attempt.');
      else response.status(state === 'stopping' ? 202 : 200).end();
    }),
  );

  app.post(
    '/discover',
    withBody(discoverBody, async ({ migrationId }, _request, response) => {
      if (options.isDraining()) return refuseDraining(response);
      if (options.discover(migrationId)) response.status(202).end();
      else sendProblem(response, 'not-found', `This worker discovers nothing for "${migrationId}".`);
    }),
  );

  app.post(
    '/redeliver-webhook',
    withBody(webhookBody, async (webhook, _request, response) => {
      if (options.isDraining()) return refuseDraining(response);
      const done = await options.redeliverWebhook(webhook);
      if (done.kind === 'used') response.status(202).end();
      else if (done.kind === 'unusable') sendProblem(response, 'webhook-unusable', done.why);
      else sendProblem(response, 'not-found', `This worker takes no webhooks of "${webhook.source}".`);
    }),
  );

  const dryRuns = createWorkQueue(dryRunsAtOnce);
  app.post(
    '/dry-run',
    withBody(dryRunBody, async (body, _request, response) => {
      if (options.isDraining()) return refuseDraining(response);
      const mistakes = checkDryRunInputs(options.catalogue, body);
      if (mistakes.length > 0) {
        const detail = `The inputs do not fit: ${mistakes.join('; ')}.`;
        return sendProblem(response, 'invalid-request', detail, { errors: mistakes });
      }
      if (dryRuns.waiting >= dryRunsWaiting) {
        const retryAfterSeconds = laterSeconds;
        return sendProblem(response, 'too-many-requests', 'Too many previews wait.', { retryAfterSeconds });
      }
      response.json(await preview(body, response));
    }),
  );

  function preview(body: DryRunRequest, response: Response): Promise<DryRunResult> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return new Promise((resolve) => {
      dryRuns.push(async () => {
        const { catalogue, workerApp, dryRunMs } = options;
        resolve(
          await runDryRun(body, { catalogue, workerApp, timeoutMs: dryRunMs, signal: gone.signal, log }),
        );
      });
    });
  }

  app.post(
    '/bases',
    withBody(basesBody, async (body, _request, response) => {
      const readers = readersOf(options.catalogue, body.migrationId);
      if (readers.length === 0)
        return sendProblem(response, 'not-found', `This worker reads no bases for "${body.migrationId}".`);
      response.json(await readBases(readers, body, AbortSignal.timeout(basesMs), log));
    }),
  );

  for (const path of [
    '/dispatch-step',
    '/cancel-step',
    '/discover',
    '/redeliver-webhook',
    '/dry-run',
    '/bases',
    '/healthz',
    '/readyz',
  ]) {
    app.all(path, (request, response) => {
      sendProblem(response, 'method-not-allowed', `${path} does not take ${request.method}.`);
    });
  }
  app.use((request, response) => sendProblem(response, 'not-found', `There is no ${request.path} here.`));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const parserError = readParserError(error);
    if (parserError !== undefined) return sendProblem(response, parserError.word, parserError.detail);
    log.error({ err: error }, 'a request failed');
    // Most of all the store is away; nothing was accepted, so the server comes again.
    sendProblem(response, 'unavailable', 'The worker could not take it.', {
      retryAfterSeconds: laterSeconds,
    });
  });
  return app;
}

function refuseDraining(response: Response): void {
  sendProblem(response, 'unavailable', 'The worker is shutting down.', { retryAfterSeconds: laterSeconds });
}
