import type { DryRunStep } from '../../shared/contract.ts';
import { formatCount } from '../../ui/format.ts';
import type { FileDiffs } from './use-file-diffs.ts';

export interface Counts {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

export function countsOf(steps: readonly DryRunStep[], diffs: FileDiffs): Counts {
  let files = 0;
  let added = 0;
  let removed = 0;
  for (const change of steps.flatMap((step) => step.changes ?? [])) {
    files += 1;
    added += diffs.get(change)?.added ?? 0;
    removed += diffs.get(change)?.removed ?? 0;
  }
  return { files, added, removed };
}

/** What the preview found, in one sentence. */
export function previewSentence(steps: readonly DryRunStep[]): string {
  const failing = steps.filter((step) => step.error !== undefined);
  const changing = steps.filter((step) => (step.changes?.length ?? 0) > 0);
  const quiet = steps.length - new Set([...failing, ...changing]).size;
  const changes = changing.flatMap((step) => step.changes ?? []);
  const repositories = new Set(changes.map((change) => change.repo)).size;
  const parts: string[] = [];
  if (failing.length > 0) parts.push(`${formatCount(failing.length, 'step')} would fail`);
  if (changes.length > 0) {
    const verb = changing.length === 1 ? 'changes' : 'change';
    const where = formatCount(repositories, 'repository', 'repositories');
    parts.push(
      `${formatCount(changing.length, 'step')} ${verb} ${formatCount(changes.length, 'file')} in ${where}`,
    );
  }
  if (quiet > 0) parts.push(`${formatCount(quiet, 'step')} ${quiet === 1 ? 'has' : 'have'} nothing to do`);
  return parts.length === 0 ? 'There is nothing to do.' : `${parts.join('; ')}.`;
}
