import type { Client } from '@temporalio/client';
import { expect } from './expect.ts';
import { call } from './http.ts';

export interface LoomRuns {
  /** Asks for a start; gives the time until the `202`. */
  start(migrationId: string, candidateId: string): Promise<number>;
  /** Resolves when its workflow has ended, which is after its last write. */
  ended(migrationId: string, candidateId: string): Promise<void>;
  /** Fails unless this many candidates are completed, and no other is running. */
  expectCompleted(migrationId: string, count: number): Promise<void>;
  count(migrationId: string, status: string): Promise<number>;
  countState(migrationId: string, runState: string): Promise<number>;
}

/** Runs of Loom, seen to end by the same long poll of Temporal as those of the floor. */
export function loomRuns(serverUrl: string, temporal: Client): LoomRuns {
  const place = (migrationId: string) => `${serverUrl}/api/v1/migrations/${migrationId}/candidates`;
  const countWith = async (migrationId: string, filter: string) => {
    const { body } = await call('GET', `${place(migrationId)}?limit=1&${filter}`);
    return (JSON.parse(body) as { total: number }).total;
  };
  const count: LoomRuns['count'] = (migrationId, status) => countWith(migrationId, `status=${status}`);
  return {
    start: async (migrationId, candidateId) => {
      const { status, body, ms } = await call(
        'POST',
        `${place(migrationId)}/${encodeURIComponent(candidateId)}/start`,
        {},
      );
      expect(status === 202, `a start was answered ${status}: ${body}`);
      return ms;
    },
    ended: async (migrationId, candidateId) => {
      await temporal.workflow.getHandle(`${migrationId}__${candidateId}`).result();
    },
    expectCompleted: async (migrationId, wanted) => {
      const completed = await count(migrationId, 'completed');
      const running = await count(migrationId, 'running');
      expect(
        completed === wanted && running === 0,
        `of ${migrationId}, ${completed} are completed instead of ${wanted}, ${running} running`,
      );
    },
    count,
    countState: (migrationId, runState) => countWith(migrationId, `runState=${runState}`),
  };
}
