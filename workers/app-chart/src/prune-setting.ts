import type { YamlDocument } from '@loom/worker-sdk/git';
import { z } from 'zod';
import { readApplication } from './argocd-application.ts';

const prunePath = ['spec', 'syncPolicy', 'automated', 'prune'];

/** What the prune setting of an Application was before it was disabled. */
export const recordedPrune = z.object({
  file: z.string(),
  application: z.string(),
  /** `absent` and `false` mean off; only what was on is switched on again. */
  was: z.union([z.boolean(), z.literal('absent')]),
});

export type RecordedPrune = z.infer<typeof recordedPrune>;

/** Kubernetes reads YAML 1.1, where `yes` and `on` are true as well. */
function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:y|yes|on|true)$/i.test(value));
}

/** Switches pruning off where it is on; says what it was for every Application of the file. */
export function disablePruneIn(documents: readonly YamlDocument[], file: string): readonly RecordedPrune[] {
  return documents.flatMap((document): readonly RecordedPrune[] => {
    const application = readApplication(document.value)?.name;
    if (application === undefined) return [];
    if (!document.has(prunePath)) return [{ file, application, was: 'absent' }];
    const was = isOn(document.get(prunePath));
    if (was) document.set(prunePath, false);
    return [{ file, application, was }];
  });
}

/**
 * Switches pruning on again where it was on before and is off now.
 *
 * @returns Names of the Applications that somebody else changed meanwhile; they are left as they are.
 */
export function restorePruneIn(
  documents: readonly YamlDocument[],
  file: string,
  recorded: readonly RecordedPrune[],
): readonly string[] {
  return documents.flatMap((document) => {
    const application = readApplication(document.value)?.name;
    const record = recorded.find((entry) => entry.file === file && entry.application === application);
    if (application === undefined || record?.was !== true || isOn(document.get(prunePath))) return [];
    if (document.get(prunePath) !== false) return [application];
    document.set(prunePath, true);
    return [];
  });
}
