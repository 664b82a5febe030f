import { type Api, cancel, listAll } from '../support/api.ts';
import { until } from '../support/until.ts';

/** Leaves no run that would wait for somebody on the pages that other files look at. */
export async function cancelOpenRuns(api: Api, migrationId: string): Promise<void> {
  await until(`the open runs of ${migrationId} to end`, async () => {
    const open = (await listAll(api, migrationId)).filter(
      ({ status, runState }) => status === 'running' || runState !== undefined,
    );
    for (const { id, runState } of open) {
      if (runState !== 'cancelling') await cancel(api, migrationId, id);
    }
    return open.length === 0;
  });
}
