import type { OperationHandlers } from '../operation-handler.ts';
import { checkReadiness } from '../readiness.ts';
import type { RouteDeps } from '../route-deps.ts';

type ServerStateDeps = Pick<RouteDeps, 'readiness' | 'isDraining' | 'metrics' | 'version' | 'testCallbacks'>;

/** The server itself: alive, ready, measured. */
export function serverStateRoutes({
  readiness,
  isDraining,
  metrics,
  version,
  testCallbacks,
}: ServerStateDeps) {
  return {
    getHealth: async () => ({ status: 200, body: { status: 'ok', version, testCallbacks } }),
    getReadiness: async () => {
      const body = await checkReadiness(readiness, isDraining());
      return { status: body.status === 'down' ? 503 : 200, body };
    },
    getMetrics: async () => {
      const { contentType, text } = await metrics.render();
      return { status: 200, text: { contentType, body: text } };
    },
  } satisfies Partial<OperationHandlers>;
}
