import { describe, expect, it } from 'vitest';
import { createMemoryMigrationStore } from '../adapters/memory/memory-migration-store.ts';
import type { ProjectOutcome, RunProjection } from '../domain/run-projection.ts';
import { countEndedRuns } from './count-ended-runs.ts';
import { createMetrics } from './metrics.ts';

describe('metrics', () => {
  it('are rendered for Prometheus under stable names', async () => {
    const metrics = createMetrics({ version: '1.2.3', role: 'api' });
    metrics.observeRequest('/api/v1/migrations', 'GET', 200, 0.004);
    metrics.observeDispatch('hello', 'accepted', 0.02);
    metrics.countRunStarted('hello');
    metrics.countCallback('duplicate');
    const { contentType, text } = await metrics.render();
    expect(contentType).toContain('text/plain');
    expect(text).toContain(`loom_build_info{version="1.2.3",role="api",node="${process.version}"} 1`);
    expect(text).toContain(
      'loom_http_request_duration_seconds_bucket{le="0.005",route="/api/v1/migrations",method="GET",status="200"} 1',
    );
    expect(text).toContain('loom_dispatch_duration_seconds_count{worker_app="hello",outcome="accepted"} 1');
    expect(text).toContain('loom_runs_started_total{migration="hello"} 1');
    expect(text).toContain('loom_callbacks_total{result="duplicate"} 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('count a run as ended once its end is written, and not when the write was ignored', async () => {
    const counted: string[] = [];
    const store = createMemoryMigrationStore({ clock: { now: () => new Date(0) } });
    let outcome: ProjectOutcome = 'applied';
    const counting = countEndedRuns(
      { ...store, project: async () => outcome },
      { countRunEnded: (migrationId, ended) => counted.push(`${migrationId} ${ended}`) },
    );
    const end = { migrationId: 'hello', ended: { outcome: 'completed' } } as RunProjection;
    expect(await counting.project(end)).toBe('applied');
    outcome = 'stale';
    expect(await counting.project(end)).toBe('stale');
    outcome = 'applied';
    await counting.project({ ...end, ended: undefined });
    expect(counted).toEqual(['hello completed']);
  });
});
