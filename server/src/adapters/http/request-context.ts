import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { continueTrace, type TraceContext } from '../../telemetry/trace-context.ts';

/** What belongs to one request and is wanted in many places. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  readonly startedAt: number;
  /** As in the contract, so that there are few of them; for logs and metrics. */
  route: string;
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

export const beginContext: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const context: RequestContext = {
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    trace: continueTrace(firstOf(request.headers['traceparent'])),
    startedAt: performance.now(),
    route: 'unmatched',
  };
  response.locals['context'] = context;
  response.setHeader('X-Request-Id', context.requestId);
  next();
};

export function contextOf(response: Response): RequestContext {
  return response.locals['context'] as RequestContext;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
