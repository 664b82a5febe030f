import { createTwoFilesPatch } from 'diff';
import { type HunkData, parseDiff } from 'react-diff-view';

export interface DiffInput {
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly before: string;
  readonly after: string;
}

export interface FileDiff {
  readonly hunks: HunkData[];
  readonly added: number;
  readonly removed: number;
  /** Git's own form. */
  readonly patch: string;
}

const longestMs = 1_500;

/** Compares two texts by line; nothing when they differ so much that it would take too long. */
export function diffFile({ path, previousPath = path, before, after }: DiffInput): FileDiff | undefined {
  const oldName = before === '' ? '/dev/null' : `a/${previousPath}`;
  const newName = after === '' ? '/dev/null' : `b/${path}`;
  const text = createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, {
    context: 3,
    timeout: longestMs,
  });
  if (text === undefined) return undefined;
  const body = text.slice(text.indexOf('--- '));
  const patch = `diff --git a/${previousPath} b/${path}\n${body}`;
  const hunks = parseDiff(patch)[0]?.hunks ?? [];
  const changes = hunks.flatMap((hunk) => hunk.changes);
  return {
    hunks,
    added: changes.filter((change) => change.type === 'insert').length,
    removed: changes.filter((change) => change.type === 'delete').length,
    patch,
  };
}
