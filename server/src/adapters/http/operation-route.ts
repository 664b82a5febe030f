import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { DeliveryRecorder } from '../../application/ports/delivery-log.ts';
import type { IdempotencyStore } from '../../application/ports/idempotency-store.ts';
import type { HashJson } from '../../application/ports/system.ts';
import { LOCAL_ACTOR } from '../../domain/event.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { formatTraceparent } from '../../telemetry/trace-context.ts';
import { answerOnce } from './answer-once.ts';
import { compressAnswer, isCompressible } from './compress-answer.ts';
import type { Contract, ContractOperation } from './contract.ts';
import { entityTag, matchesTag } from './entity-tag.ts';
import { HttpProblem } from './http-problem.ts';
import type { AnyAnswer, AnyHandler, AnyRequest } from './operation-handler.ts';
import { createBodyReader, type ReadBody } from './read-body.ts';
import { recordExchange } from './record-exchange.ts';
import { problemOfError, renderProblem } from './render-problem.ts';
import type { RenderedAnswer } from './rendered-answer.ts';
import { contextOf } from './request-context.ts';
import type { SchemaCompiler } from './schema-compiler.ts';
import { createRequestValidator, type ValidRequest } from './validate-request.ts';

export interface OperationRouteDeps {
  readonly contract: Contract;
  readonly compiler: SchemaCompiler;
  readonly idempotency: IdempotencyStore;
  readonly hashJson: HashJson;
  readonly logger: Logger;
  readonly idempotencyWaitMs: number;
  readonly maxBodyBytes: (operationId: string) => number;
  /** Told of what workers said. */
  readonly recorder?: DeliveryRecorder | undefined;
  /** In tests: looks at every answer before it is sent. */
  readonly onAnswer?: ((operationId: string, answer: RenderedAnswer) => void) | undefined;
}

/** Reads, validates, acts (once per Idempotency-Key) and sends. */
export function createOperationRoute(
  operation: ContractOperation,
  handle: AnyHandler,
  deps: OperationRouteDeps,
): RequestHandler {
  const { contract, logger } = deps;
  const readBody = createBodyReader(operation, deps.maxBodyBytes(operation.id));
  const validate = createRequestValidator(contract, operation, deps.compiler);
  /** An answer that is given again, see `AnswersByVersion`, is not rendered again. */
  const renderedOf = new WeakMap<AnyAnswer, RenderedAnswer>();
  const isTagged = operation.parameters.some(({ name }) => name === 'If-None-Match');

  const answer = async (
    request: Request,
    response: Response,
    onBody: (body: ReadBody) => void,
  ): Promise<RenderedAnswer> => {
    const bearerToken = bearerTokenOf(request);
    if (operation.needsToken && bearerToken === undefined)
      throw new HttpProblem({ word: 'unauthorized', detail: 'The request carries no bearer token.' });
    const body = await readBody(request, response);
    onBody(body);
    const valid = validate({
      params: request.params,
      query: request.originalUrl.split('?').slice(1).join('?'),
      headers: request.headers,
      body,
    });
    const key = keyOf(request, valid);
    const act = async () => render(await handle(toAnyRequest(response, valid, bearerToken, key)));
    if (key === undefined) return act();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return answerOnce(
      {
        store: deps.idempotency,
        key,
        requestHash: deps.hashJson(contentOf(valid)),
        waitMs: deps.idempotencyWaitMs,
        signal: gone.signal,
        onUnkept: (err) => logger.warn({ err, route: operation.id }, 'answer could not be kept'),
      },
      act,
    );

    function render(given: AnyAnswer | { readonly ok: false; readonly problem: Problem }): RenderedAnswer {
      if ('ok' in given) return renderProblem(contract, given.problem, placeOf(request, response));
      const known = renderedOf.get(given);
      if (known !== undefined) return known;
      const text = given.text?.body;
      const parts = typeof text === 'string' ? undefined : text;
      const whole = typeof text === 'string' ? text : undefined;
      const body = whole ?? (given.body === undefined ? '' : JSON.stringify(given.body));
      const tag = isTagged
        ? entityTag(given.etagOf === undefined ? body : JSON.stringify(given.etagOf))
        : undefined;
      const rendered: RenderedAnswer = {
        status: given.status,
        headers: {
          'Cache-Control': tag === undefined ? 'no-store' : 'no-cache',
          ...(tag === undefined ? {} : { ETag: tag }),
          ...(body === '' && parts === undefined
            ? {}
            : { 'Content-Type': given.text?.contentType ?? 'application/json; charset=utf-8' }),
          ...given.headers,
        },
        body,
        ...(parts === undefined ? {} : { parts }),
      };
      renderedOf.set(given, rendered);
      return rendered;
    }
  };

  return async (request, response) => {
    contextOf(response).route = operation.base + operation.path;
    let read: ReadBody | undefined;
    const note = (body: ReadBody): void => {
      read = body;
    };
    const answered = await answer(request, response, note).catch((error: unknown) => {
      const { problem, headers, isOurs } = problemOfError(error);
      if (isOurs) logFailure(logger, error, request, response);
      return renderProblem(contract, problem, placeOf(request, response), headers);
    });
    deps.onAnswer?.(operation.id, answered);
    send(request, response, answered, (error) => logFailure(logger, error, request, response));
    if (deps.recorder !== undefined)
      recordExchange(deps.recorder, {
        operationId: operation.id,
        ...{ request, response, body: read, answer: answered },
      });
  };
}

function send(
  request: Request,
  response: Response,
  answer: RenderedAnswer,
  onBroken: (error: unknown) => void,
): void {
  const { status, headers, body, parts } = answer;
  response.set(headers);
  if (parts !== undefined && request.method !== 'HEAD') {
    response.status(status);
    // Whoever reads sees that it is cut short. One who went away is no failure.
    pipeline(Readable.from(parts), response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') onBroken(error);
    });
    return;
  }
  const tag = headers['ETag'];
  if (tag !== undefined && status === 200 && matchesTag(request.headers['if-none-match'], tag)) {
    response.removeHeader('Content-Type');
    response.status(304).end();
    return;
  }
  response.status(status);
  if (isCompressible(answer)) {
    response.vary('Accept-Encoding');
    if (request.method === 'GET' && request.acceptsEncodings('gzip') !== false) {
      sendCompressed(response, answer).catch(onBroken);
      return;
    }
  }
  if (body !== '') response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

async function sendCompressed(response: Response, answer: RenderedAnswer): Promise<void> {
  const body = await compressAnswer(answer);
  response.set({ 'Content-Encoding': 'gzip', 'Content-Length': String(body.length) });
  response.end(body);
}

export function logFailure(logger: Logger, err: unknown, request: Request, response: Response): void {
  const { requestId, trace, route } = contextOf(response);
  logger.error({ err, method: request.method, route, requestId, traceId: trace.traceId }, 'request failed');
}

export function placeOf(request: Request, response: Response) {
  return {
    instance: (request.originalUrl.split('?')[0] ?? '').slice(0, 500),
    traceId: contextOf(response).trace.traceId,
  };
}

/** Scoped by method and path, so that one key on two operations is two keys. */
function keyOf(request: Request, valid: ValidRequest): string | undefined {
  const key = valid.headers['Idempotency-Key'];
  if (typeof key !== 'string') return undefined;
  const path = request.originalUrl.split('?')[0];
  return createHash('sha256').update(`${request.method} ${path}\n${key}`).digest('hex');
}

/** What a request asks for besides its path: a query can make another one of it, such as a preview of a cancel. */
function contentOf({ query, body }: ValidRequest): unknown {
  return Object.keys(query).length === 0 ? (body ?? null) : { query, body: body ?? null };
}

function bearerTokenOf(request: Request): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function toAnyRequest(
  response: Response,
  { params, query, body }: ValidRequest,
  bearerToken: string | undefined,
  key: string | undefined,
): AnyRequest {
  return {
    params,
    query,
    body,
    actor: LOCAL_ACTOR,
    bearerToken,
    commandId: key ?? randomUUID(),
    traceparent: formatTraceparent(contextOf(response).trace),
  };
}
