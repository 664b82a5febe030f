import type { FileChange } from '../../shared/contract.ts';

/** What became of one file over all steps of a preview. */
export interface FoldedFile {
  /** Left out where the file is new. */
  readonly from?: string;
  /** Left out where the file is deleted. */
  readonly to?: string;
  readonly before: string;
  readonly after: string;
  /** Why there is no content to compare. */
  readonly without?: string;
}

/**
 * The changes of one repository as if one step had made them: each step of a preview works on what those before it would
 * have done, and a patch has each file once.
 */
export function foldChanges(changes: readonly FileChange[]): readonly FoldedFile[] {
  /** By where the file is now. */
  const there = new Map<string, FoldedFile>();
  /** By where it was. */
  const gone = new Map<string, FoldedFile>();
  for (const change of changes) {
    const { path, status, previousPath = path, before = '', after = '' } = change;
    const missing = whyWithout(change);
    const without = missing === undefined ? {} : { without: missing };
    switch (status) {
      case 'new': {
        const removed = gone.get(path);
        gone.delete(path);
        there.set(path, { before: '', ...removed, ...without, to: path, after });
        break;
      }
      case 'modified':
      case 'renamed': {
        const known = there.get(previousPath) ?? { from: previousPath, before };
        there.delete(previousPath);
        there.set(path, { ...known, ...without, to: path, after });
        break;
      }
      case 'deleted': {
        const { to: _, ...known } = there.get(path) ?? { from: path, before };
        there.delete(path);
        // What was new in this preview was never there.
        if (known.from !== undefined) gone.set(known.from, { ...known, ...without, after: '' });
        break;
      }
    }
  }
  return [...gone.values(), ...there.values()];
}

function whyWithout({ status, before, after, note }: FileChange): string | undefined {
  const isWhole = (status === 'new' || before !== undefined) && (status === 'deleted' || after !== undefined);
  return isWhole ? undefined : (note ?? 'its content was left out');
}
