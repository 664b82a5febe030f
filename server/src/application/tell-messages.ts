import type { MigrationStore } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { TimelineItem } from './timeline-items.ts';
import { describeEnd, isEndOfAttempt } from './timeline-text.ts';

export interface TellMessagesDeps {
  readonly store: Pick<MigrationStore, 'getManifest' | 'listAttempts'>;
}

/** Events say that an attempt ended; what its worker said of that stands with the attempt, and is told with the event. */
export const tellMessages =
  ({ store }: TellMessagesDeps) =>
  async (items: readonly TimelineItem[]): Promise<readonly TimelineItem[]> => {
    const runs = new Map<string, RunRef>();
    for (const item of items) {
      const { migrationId, candidateId, runId } = item;
      if (!lacksMessage(item) || migrationId === undefined || candidateId === undefined) continue;
      if (runId !== undefined) runs.set(runId, { migrationId, candidateId, runId });
    }
    const messages = new Map<string, string>();
    await Promise.all(
      [...runs.values()].map(async (run) => {
        const [manifest, attempts] = await Promise.all([store.getManifest(run), store.listAttempts(run)]);
        for (const { stepIndex, phase, attempt, message } of attempts) {
          const stepName = manifest?.steps[stepIndex]?.name;
          if (message !== undefined)
            messages.set(keyOf({ runId: run.runId, stepName, phase, attempt }), message);
        }
      }),
    );
    return items.map((item) => {
      const message = lacksMessage(item) ? messages.get(keyOf(item)) : undefined;
      return message === undefined ? item : { ...item, text: describeEnd(item, message) };
    });
  };

function lacksMessage(item: TimelineItem): boolean {
  return item.eventId !== undefined && isEndOfAttempt(item) && item.data?.['message'] === undefined;
}

function keyOf({
  runId,
  stepName,
  phase = 'execute',
  attempt,
}: Pick<TimelineItem, 'runId' | 'stepName' | 'phase' | 'attempt'>): string {
  return `${runId} ${stepName} ${phase} ${attempt}`;
}
