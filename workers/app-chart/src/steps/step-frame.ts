import type { ForgeClient } from '@loom/worker-sdk/git';
import type { AppChartSettings } from '../settings.ts';

/** What all steps of the migration have in common. */
export function frameOf(forge: ForgeClient, { pollEveryMs }: AppChartSettings) {
  return { forge, labels: ['loom'], ...(pollEveryMs === undefined ? {} : { pollEveryMs }) };
}
