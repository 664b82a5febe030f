import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import helmet from 'helmet';
import type { DeliveryRecorder } from '../../application/ports/delivery-log.ts';
import type { IdempotencyStore } from '../../application/ports/idempotency-store.ts';
import type { HashJson } from '../../application/ports/system.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { bindOperations } from './bind-operations.ts';
import { consoleFiles } from './console-files.ts';
import { type Contract, loadContract } from './contract.ts';
import { contractPages } from './contract-pages.ts';
import { HttpProblem } from './http-problem.ts';
import { observeRequests } from './observe-requests.ts';
import type { OperationHandlers } from './operation-handler.ts';
import { logFailure, placeOf } from './operation-route.ts';
import { problemOfError, renderProblem } from './render-problem.ts';
import type { RenderedAnswer } from './rendered-answer.ts';
import { beginContext } from './request-context.ts';
import type { RouteDeps } from './route-deps.ts';
import { candidateRoutes } from './routes/candidates.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { migrationRoutes } from './routes/migrations.ts';
import { previewRoutes } from './routes/previews.ts';
import { registryRoutes } from './routes/registry.ts';
import { runRoutes } from './routes/runs.ts';
import { serverStateRoutes } from './routes/server-state.ts';
import { workerRoutes } from './routes/workers.ts';
import { schemaCompiler } from './schema-compiler.ts';
import { createAnswerCheck } from './validate-answer.ts';

export interface HttpLimits {
  readonly announcementMaxBytes: number;
  readonly candidatesMaxBytes: number;
  readonly bodyMaxBytes: number;
  readonly idempotencyWaitMs: number;
}

export interface AppDeps extends Omit<RouteDeps, 'metrics'> {
  readonly metrics: Metrics;
  readonly idempotency: IdempotencyStore;
  readonly hashJson: HashJson;
  readonly logger: Logger;
  readonly limits: HttpLimits;
  readonly recorder?: DeliveryRecorder | undefined;
  /** Folder of the built console. */
  readonly consoleDir: string;
  /** In tests: told of every answer that does not fit the contract. */
  readonly onContractBreach?: ((breach: string) => void) | undefined;
}

/** API, console, docs, health and metrics. Throws when an operation of the contract has no handler. */
export function createApp(deps: AppDeps): Express {
  const contract = loadContract();
  const handlers: OperationHandlers = {
    ...registryRoutes(deps),
    ...migrationRoutes(deps),
    ...candidateRoutes(deps),
    ...runRoutes(deps),
    ...previewRoutes(deps),
    ...workerRoutes(deps),
    ...deadLetterRoutes(deps),
    ...deliveryRoutes(deps),
    ...eventRoutes(deps),
    ...serverStateRoutes(deps),
  };
  const app = createBareApp(deps);
  app.use(createOperations(contract, handlers, deps));
  app.use(contractPages(contract));
  app.use(consoleFiles(deps.consoleDir));
  return endApp(app, contract, deps);
}

/** Health, readiness and metrics alone, for a process that only runs the engine. */
export function createProbeApp(
  deps: Omit<AppDeps, 'useCases' | 'whyForbiddenWorkerUrl' | 'consoleDir'>,
): Express {
  const contract = loadContract();
  const operations = contract.operations.filter(({ base }) => base === '');
  const app = createBareApp(deps);
  app.use(createOperations({ ...contract, operations }, serverStateRoutes(deps), deps));
  return endApp(app, contract, deps);
}

type BareDeps = Pick<AppDeps, 'logger' | 'metrics' | 'isDraining'>;

function createBareApp({ logger, metrics, isDraining }: BareDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(beginContext);
  app.use(observeRequests(logger, metrics));
  app.use((_request, response, next) => {
    if (isDraining()) response.setHeader('Connection', 'close');
    next();
  });
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
      // Whether there is TLS in front is for what is in front to say.
      strictTransportSecurity: false,
    }),
  );
  return app;
}

/** Nothing from another host. Libraries of console and docs put style elements into the page, never scripts. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

function createOperations(
  contract: Contract,
  handlers: Partial<OperationHandlers>,
  deps: Omit<AppDeps, 'useCases' | 'whyForbiddenWorkerUrl' | 'consoleDir'>,
): Router {
  const { idempotency, hashJson, logger, limits, recorder, onContractBreach } = deps;
  return bindOperations(handlers, {
    contract,
    compiler: schemaCompiler(contract, { defaults: true }),
    idempotency,
    hashJson,
    logger,
    recorder,
    idempotencyWaitMs: limits.idempotencyWaitMs,
    maxBodyBytes: (operationId) => maxBodyBytes(operationId, limits),
    onAnswer: onContractBreach && reportBreaches(contract, onContractBreach),
  });
}

/** A callback's own limit is on metadata and outputs; around them are a message and up to 200 operations. */
const CALLBACK_ENVELOPE_BYTES = 256 * 1024;

function maxBodyBytes(operationId: string, limits: HttpLimits): number {
  switch (operationId) {
    case 'announceMigration':
      return limits.announcementMaxBytes;
    case 'submitCandidates':
    // Thousands of attempts may wait for pull requests, and each is listed.
    case 'recordHeartbeat':
      return limits.candidatesMaxBytes;
    case 'completeStep':
    // The payload of a webhook, in quotes.
    case 'reportWebhook':
      return limits.bodyMaxBytes + CALLBACK_ENVELOPE_BYTES;
    default:
      return limits.bodyMaxBytes;
  }
}

function reportBreaches(contract: Contract, onBreach: (breach: string) => void) {
  const check = createAnswerCheck(contract);
  return (operationId: string, answer: RenderedAnswer): void => {
    const breach = check(operationId, answer);
    if (breach !== undefined) onBreach(breach);
  };
}

/** What no route took, and what failed outside of one. */
function endApp(app: Express, contract: Contract, { logger }: BareDeps): Express {
  app.use((request) => {
    throw new HttpProblem({
      word: 'not-found',
      detail: `There is nothing at ${request.path.slice(0, 200)}.`,
    });
  });
  const onError: ErrorRequestHandler = (error, request, response, _next) => {
    const { problem, headers, isOurs } = problemOfError(error);
    if (isOurs) logFailure(logger, error, request, response);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const answer = renderProblem(contract, problem, placeOf(request, response), headers);
    response.status(answer.status).set(answer.headers).end(answer.body);
  };
  app.use(onError);
  return app;
}
