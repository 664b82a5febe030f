import { createTwoFilesPatch } from 'diff';
import { type HunkData, parseDiff } from 'react-diff-view';

export interface DiffInput {
  readonly path: string;
  readonly previousPath?: string | undefined;
  /** Left out where the file is new. */
  readonly before: string | undefined;
  /** Left out where the file is deleted. */
  readonly after: string | undefined;
}

export interface FileDiff {
  readonly hunks: HunkData[];
  readonly added: number;
  readonly removed: number;
}

/** Comparing happens between two frames; what takes longer is shown as replaced whole. */
const longestMs = 300;

/** Compares two texts by line. */
export function diffFile(input: DiffInput): FileDiff {
  const { path, previousPath = path } = input;
  const patch = `diff --git a/${previousPath} b/${path}\n${compare(input) ?? replaceWhole(input)}`;
  const hunks = parseDiff(patch)[0]?.hunks ?? [];
  const changes = hunks.flatMap((hunk) => hunk.changes);
  return {
    hunks,
    added: changes.filter((change) => change.type === 'insert').length,
    removed: changes.filter((change) => change.type === 'delete').length,
  };
}

function namesOf({ path, previousPath = path, before, after }: DiffInput): readonly [string, string] {
  return [
    before === undefined ? '/dev/null' : `a/${previousPath}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ];
}

function compare(input: DiffInput): string | undefined {
  const [oldName, newName] = namesOf(input);
  const options = { context: 3, timeout: longestMs };
  const { before = '', after = '' } = input;
  const text = createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, options);
  return text?.slice(text.indexOf('--- '));
}

function replaceWhole(input: DiffInput): string {
  const [oldName, newName] = namesOf(input);
  const removed = linesOf(input.before);
  const added = linesOf(input.after);
  return [
    `--- ${oldName}`,
    `+++ ${newName}`,
    `@@ -${rangeOf(removed)} +${rangeOf(added)} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

function rangeOf(lines: readonly string[]): string {
  return `${lines.length === 0 ? 0 : 1},${lines.length}`;
}

function linesOf(text = ''): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}
