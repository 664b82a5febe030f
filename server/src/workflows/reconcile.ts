/** Looks after runs that nobody else can: started by a Temporal Schedule, in pages. */
import * as wf from '@temporalio/workflow';

export interface ReconcileActivities {
  /** One page of one migration; gives what to look at next, or undefined when all was seen. */
  reconcilePage(position: ReconcilePosition): Promise<ReconcilePosition | undefined>;
}

export interface ReconcilePosition {
  readonly migrationId?: string | undefined;
  readonly cursor?: string | undefined;
}

const { reconcilePage } = wf.proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '60s',
  retry: { maximumAttempts: 3 },
});

export async function reconcile(from: ReconcilePosition = {}): Promise<void> {
  let position: ReconcilePosition | undefined = from;
  while (position !== undefined) {
    if (wf.workflowInfo().continueAsNewSuggested) await wf.continueAsNew<typeof reconcile>(position);
    position = await reconcilePage(position);
  }
}
