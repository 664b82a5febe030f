import type { OperationHandlers } from '../operation-handler.ts';
import { presentWorkerApp } from '../present.ts';
import type { RouteDeps } from '../route-deps.ts';

export function workerRoutes({ useCases }: RouteDeps) {
  return {
    listWorkers: async () => {
      const apps = await useCases.listWorkers();
      return { status: 200, body: { items: apps.map(presentWorkerApp) } };
    },
    pauseWorkerApp: async ({ params, body, actor }) => {
      const scope = { kind: 'worker-app', id: params.workerApp } as const;
      const paused = await useCases.pauseScope({ scope, ...body, actor });
      return paused.ok ? { status: 200, body: paused.value } : paused;
    },
    resumeWorkerApp: async ({ params, body, actor }) => {
      const scope = { kind: 'worker-app', id: params.workerApp } as const;
      const resumed = await useCases.resumeScope({ scope, ...body, actor });
      return resumed.ok ? { status: 200, body: resumed.value } : resumed;
    },
  } satisfies Partial<OperationHandlers>;
}
