import type { OperationHandlers } from '../operation-handler.ts';
import { presentWorkerApp } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function workerRoutes({ useCases }: RouteDeps) {
  return {
    listWorkers: async () => {
      const apps = await useCases.listWorkers();
      return { status: 200, body: { items: apps.map(presentWorkerApp) } };
    },
  } satisfies Partial<OperationHandlers>;
}
