import type { Metrics } from '../../telemetry/metrics.ts';
import type { ReadinessCheck } from './readiness.ts';
import type { UseCases } from './use-cases.ts';

export interface RouteDeps {
  readonly useCases: UseCases;
  readonly metrics: Pick<Metrics, 'render' | 'countRunStarted' | 'countCallback'>;
  /** A sentence when an instance may not be at this URL. */
  readonly whyForbiddenWorkerUrl: (workerUrl: string) => Promise<string | undefined>;
  readonly readiness: readonly ReadinessCheck[];
  readonly isDraining: () => boolean;
  readonly version: string;
  readonly testCallbacks: boolean;
}
