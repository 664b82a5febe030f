import type { RequestHandler } from 'express';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { contextOf } from './request-context.ts';

/** One line and one measurement per request. Reads that went well are `debug`: consoles poll. */
export function observeRequests(logger: Logger, metrics: Pick<Metrics, 'observeRequest'>): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    response.once('close', () => {
      const { route, requestId, trace, startedAt } = contextOf(response);
      const ms = performance.now() - startedAt;
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.observeRequest(route, method, status, ms / 1000);
      const isQuiet = (method === 'GET' || method === 'HEAD') && status < 400;
      logger[isQuiet ? 'debug' : 'info'](
        {
          method,
          route,
          path: request.originalUrl.slice(0, 500),
          status,
          ms: Math.round(ms * 10) / 10,
          requestId,
          traceId: trace.traceId,
        },
        'request',
      );
    });
    next();
  };
}
