import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What this process counts, and how Prometheus reads it. Labels hold small sets only: never a candidate or a run. */
export interface Metrics {
  observeRequest(route: string, method: string, status: number, seconds: number): void;
  /** `outcome` is the kind of a DialOutcome. */
  observeDispatch(workerApp: string, outcome: string, seconds: number): void;
  countRunStarted(migrationId: string): void;
  countRunEnded(migrationId: string, outcome: string): void;
  countCallback(result: string): void;
  countDroppedDeliveries(count: number): void;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function createMetrics(build: { readonly version: string; readonly role: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'loom_build_info',
    help: 'Always 1; the labels say which build runs in which role.',
    labelNames: ['version', 'role', 'node'],
    registers,
  }).set({ ...build, node: process.version }, 1);
  const requests = new Histogram({
    name: 'loom_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const dispatches = new Histogram({
    name: 'loom_dispatch_duration_seconds',
    help: 'Time of one dial of a worker with a step.',
    labelNames: ['worker_app', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const started = new Counter({
    name: 'loom_runs_started_total',
    help: 'Runs started by this process.',
    labelNames: ['migration'],
    registers,
  });
  const ended = new Counter({
    name: 'loom_runs_ended_total',
    help: 'Runs whose end this process wrote.',
    labelNames: ['migration', 'outcome'],
    registers,
  });
  const callbacks = new Counter({
    name: 'loom_callbacks_total',
    help: 'Callbacks of workers by what they were answered.',
    labelNames: ['result'],
    registers,
  });
  const dropped = new Counter({
    name: 'loom_deliveries_dropped_total',
    help: 'Exchanges with workers that were not kept for diagnosis.',
    registers,
  });
  return {
    observeRequest: (route, method, status, seconds) =>
      requests.observe({ route, method, status: String(status) }, seconds),
    observeDispatch: (workerApp, outcome, seconds) =>
      dispatches.observe({ worker_app: workerApp, outcome }, seconds),
    countRunStarted: (migration) => started.inc({ migration }),
    countRunEnded: (migration, outcome) => ended.inc({ migration, outcome }),
    countCallback: (result) => callbacks.inc({ result }),
    countDroppedDeliveries: (count) => dropped.inc(count),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
