import { useEffect, useState } from 'react';
import type { DryRunStep, FileChange } from '../../shared/contract.ts';
import type { FileDiff } from '../../ui/diff/file-diff.ts';

/** What is known of a file's difference; `null` where its content was left out. */
export type FileDiffs = ReadonlyMap<FileChange, FileDiff | null>;

const nothing: FileDiffs = new Map();
/** The longest that comparing may hold the page. */
const breathMs = 12;

/** Compares the files one after the other without holding the page; large previews fill in by and by. */
export function useFileDiffs(steps: readonly DryRunStep[]): FileDiffs {
  const [diffs, setDiffs] = useState(nothing);
  useEffect(() => {
    const stopper = new AbortController();
    setDiffs(nothing);
    void compare(steps, stopper.signal, setDiffs);
    return () => stopper.abort();
  }, [steps]);
  return diffs;
}

async function compare(
  steps: readonly DryRunStep[],
  signal: AbortSignal,
  tell: (diffs: FileDiffs) => void,
): Promise<void> {
  const { diffFile } = await import('../../ui/diff/file-diff.ts');
  const diffs = new Map<FileChange, FileDiff | null>();
  let began = performance.now();
  for (const change of steps.flatMap((step) => step.changes ?? [])) {
    if (performance.now() - began > breathMs) {
      tell(new Map(diffs));
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
    if (signal.aborted) return;
    diffs.set(change, diffOf(change, diffFile));
  }
  tell(diffs);
}

function diffOf(
  change: FileChange,
  diffFile: typeof import('../../ui/diff/file-diff.ts').diffFile,
): FileDiff | null {
  if (change.before === undefined && change.after === undefined) return null;
  const { path, previousPath, before, after } = change;
  return diffFile({ path, previousPath, before, after });
}
