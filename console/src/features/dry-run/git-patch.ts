import { structuredPatch } from 'diff';
import type { DryRunStep, FileChange } from '../../shared/contract.ts';
import { type FoldedFile, foldChanges } from './fold-changes.ts';

export interface RepositoryPatch {
  readonly repo: string;
  /** For `git apply`. */
  readonly text: string;
  /** Files that are not in it, each with the reason. */
  readonly leftOut: readonly string[];
}

/** Finding the smallest difference may take this long; what takes longer is replaced whole. */
const longestMs = 300;
const noNewline = '\\ No newline at end of file';

/** One patch for each repository, of everything that the steps together would change. */
export function patchesOf(steps: readonly DryRunStep[]): readonly RepositoryPatch[] {
  const byRepository = new Map<string, FileChange[]>();
  for (const change of steps.flatMap((step) => step.changes ?? []))
    byRepository.set(change.repo, [...(byRepository.get(change.repo) ?? []), change]);
  return [...byRepository].map(([repo, changes]) => patchOf(repo, changes));
}

function patchOf(repo: string, changes: readonly FileChange[]): RepositoryPatch {
  const leftOut: string[] = [];
  const parts: string[] = [];
  for (const file of foldChanges(changes)) {
    const isSame = file.from === file.to && file.before === file.after;
    // A file that ends as it began needs no patch, but for a mode, which is told in words only.
    if (file.without !== undefined) leftOut.push(`${file.to ?? file.from}: ${file.without}`);
    else if (!isSame) parts.push(patchOfFile(file));
  }
  const base = changes.find(({ baseCommit }) => baseCommit !== undefined)?.baseCommit;
  const head = [
    `# A preview of Loom for ${repo}${base === undefined ? '' : `, made from ${base}`}`,
    ...leftOut.map((line) => `# Not in this patch: ${line.replaceAll(/\s+/g, ' ')}`),
  ];
  return { repo, text: `${head.join('\n')}\n${parts.join('')}`, leftOut };
}

function patchOfFile({ from, to, before, after }: FoldedFile): string {
  const oldPath = from ?? to ?? '';
  const newPath = to ?? from ?? '';
  const lines = [`diff --git ${quote(`a/${oldPath}`)} ${quote(`b/${newPath}`)}`];
  if (from === undefined) lines.push('new file mode 100644');
  else if (to === undefined) lines.push('deleted file mode 100644');
  else if (from !== to) lines.push(`rename from ${quote(from)}`, `rename to ${quote(to)}`);
  if (before !== after) {
    lines.push(
      `--- ${from === undefined ? '/dev/null' : fileName(`a/${from}`)}`,
      `+++ ${to === undefined ? '/dev/null' : fileName(`b/${to}`)}`,
      ...hunkLines(before, after),
    );
  }
  return `${lines.join('\n')}\n`;
}

function hunkLines(before: string, after: string): readonly string[] {
  const found = structuredPatch('a', 'b', before, after, undefined, undefined, {
    context: 3,
    timeout: longestMs,
  });
  return found === undefined
    ? replaceWhole(before, after)
    : found.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
        ...lines,
      ]);
}

function replaceWhole(before: string, after: string): readonly string[] {
  const removed = side('-', before);
  const added = side('+', after);
  return [`@@ -${removed.range} +${added.range} @@`, ...removed.lines, ...added.lines];
}

function side(sign: '-' | '+', text: string): { readonly range: string; readonly lines: readonly string[] } {
  if (text === '') return { range: '0,0', lines: [] };
  const isEnded = text.endsWith('\n');
  const lines = (isEnded ? text.slice(0, -1) : text).split('\n').map((line) => `${sign}${line}`);
  return { range: `1,${lines.length}`, lines: isEnded ? lines : [...lines, noNewline] };
}

/** A name with a space ends in a tab, as git writes it, so that nothing behind it is read as part of it. */
function fileName(path: string): string {
  const quoted = quote(path);
  return quoted === path && path.includes(' ') ? `${path}\t` : quoted;
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** As git quotes a path that would be misread. */
function quote(path: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const quoted = path.replaceAll(/[\u0000-\u001f\u007f"\\]/g, (character) => {
    const octal = character.charCodeAt(0).toString(8).padStart(3, '0');
    return escapes[character] ?? `\\${octal}`;
  });
  return quoted === path ? path : `"${quoted}"`;
}
