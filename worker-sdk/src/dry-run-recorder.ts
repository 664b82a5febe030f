import type { FileChange } from './step-context.ts';

const fileBytes = 1_024 * 1_024;
/** 32 MB, less what surrounds the changes. */
const totalBytes = 31 * 1_024 * 1_024;

/** Collects the changes of a dry run within its bounds: 32 MB in all, 1 MB a file, text only. */
export interface DryRunRecorder {
  record(change: FileChange): void;
  /** The changes since the last call, and how many did not fit even without their contents. */
  takeChanges(): { readonly changes: readonly FileChange[]; readonly leftOut: number };
}

function withoutContents(change: FileChange, note: string): FileChange {
  const { before: _before, after: _after, ...rest } = change;
  return { ...rest, note: change.note === undefined ? note : `${change.note} ${note}` };
}

/** Why the contents cannot be shown, if so. */
function findObstacle({ before = '', after = '' }: FileChange): string | undefined {
  if (before.includes('\u0000') || after.includes('\u0000')) return 'The file is binary.';
  const bytes = Math.max(Buffer.byteLength(before), Buffer.byteLength(after));
  if (bytes <= fileBytes) return undefined;
  return `The file takes ${(bytes / fileBytes).toFixed(1)} MB; up to 1 MB is shown.`;
}

export function createDryRunRecorder(): DryRunRecorder {
  let changes: FileChange[] = [];
  let leftOut = 0;
  let bytes = 0;
  const fits = (change: FileChange) => {
    const size = Buffer.byteLength(JSON.stringify(change)) + 1;
    if (bytes + size > totalBytes) return false;
    bytes += size;
    changes.push(change);
    return true;
  };
  return {
    record(change) {
      const obstacle = findObstacle(change);
      if (fits(obstacle === undefined ? change : withoutContents(change, obstacle))) return;
      if (!fits(withoutContents(change, 'The preview is over 32 MB; the contents are left out.')))
        leftOut += 1;
    },
    takeChanges() {
      const taken = { changes, leftOut };
      changes = [];
      leftOut = 0;
      return taken;
    },
  };
}
