import type { OperationHandlers } from '../operation-handler.ts';
import { presentPage } from '../present.ts';
import { presentInFlight, presentWorkerApp } from '../present-worker.ts';
import type { RouteDeps } from '../route-deps.ts';

export function workerRoutes({ useCases }: RouteDeps) {
  return {
    listWorkers: async () => {
      const apps = await useCases.listWorkers();
      return { status: 200, body: { items: apps.map(presentWorkerApp) } };
    },
    drainInstance: async ({ params, body, actor }) => {
      const drained = await useCases.drainInstance({ ...params, ...body, actor });
      return drained.ok ? { status: 200, body: drained.value } : drained;
    },
    resumeInstance: async ({ params, body, actor }) => {
      const resumed = await useCases.resumeInstance({ ...params, ...body, actor });
      return resumed.ok ? { status: 200, body: resumed.value } : resumed;
    },
    listInFlight: async ({ params, query }) => {
      const { instance: instanceId, ...page } = query;
      const listed = await useCases.listInFlight({ ...params, ...page, instanceId });
      if (!listed.ok) return listed;
      const { total } = listed.value;
      return { status: 200, body: { ...presentPage(listed.value, presentInFlight), total } };
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
