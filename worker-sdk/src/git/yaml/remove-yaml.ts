import { type Document, isMap, isScalar } from 'yaml';
import { replaceRoot, replaceValue } from './replace-yaml.ts';
import {
  blockColumn,
  endOfItem,
  nextLine,
  spanOf,
  startOfItem,
  startOfLine,
  type YamlPlace,
} from './yaml-place.ts';
import type { YamlStyle } from './yaml-rendering.ts';
import type { Splice } from './yaml-source.ts';

/** What goes along with a removed entry. */
export interface RemovalOptions {
  /** Also the comment lines right above the entry, at its indentation, and blank lines that would be left doubled. */
  readonly withComment?: boolean;
  /** Also the mappings and lists around it that would be left empty. */
  readonly pruneEmpty?: boolean;
}

function sibling(place: YamlPlace, offset: 1 | -1): YamlPlace | undefined {
  const index = place.index + offset;
  const item = place.parent.items[index];
  if (item === undefined) return undefined;
  if (!isMap(place.parent)) return { parent: place.parent, index, pair: undefined, value: item };
  const pair = place.parent.items[index];
  return { parent: place.parent, index, pair, value: pair?.value };
}

function removeFromFlow(place: YamlPlace): readonly Splice[] | undefined {
  const start = startOfItem(place);
  const next = sibling(place, 1);
  const nextStart = next === undefined ? undefined : startOfItem(next);
  if (start !== undefined && nextStart !== undefined) return [{ start, end: nextStart, text: '' }];
  const previous = sibling(place, -1);
  const previousEnd = previous === undefined ? undefined : endOfItem(previous);
  const end = endOfItem(place);
  return previousEnd === undefined || end === undefined ? undefined : [{ start: previousEnd, end, text: '' }];
}

/** Takes in the comments behind the entry that are indented deeper than it, which belong to its value. */
function withInnerComments(text: string, end: number, column: number): number {
  const below = new RegExp(`^(?:[ \\t]*\\r?\\n)*(?: {${column + 1},}#[^\\n]*(?:\\n|$))`);
  const found = below.exec(text.slice(end));
  return found === null ? end : withInnerComments(text, end + found[0].length, column);
}

/** The comment lines right above an entry; a block of them that begins the document is about the whole document. */
function withCommentAbove(text: string, start: number, column: number): number {
  const isComment = new RegExp(`^ {${column}}#`);
  let first = start;
  while (first > 0 && isComment.test(text.slice(startOfLine(text, first - 1), first))) {
    first = startOfLine(text, first - 1);
  }
  const isHeader =
    text.slice(0, first).replace(/^\uFEFF/, '') === '' || /(?:^|\n)---[^\n]*\n$/.test(text.slice(0, first));
  return isHeader ? start : first;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Takes in the blank lines above an entry that would be left doubled, or at the end of the text. */
function withBlanksAbove(text: string, start: number, end: number, previous: YamlPlace | undefined): number {
  // Blank lines may be part of a block scalar.
  if (isScalar(previous?.value) && text[(spanOf(previous.value)?.end ?? 0) - 1] === '\n') return start;
  const below = text.slice(end, nextLine(text, Math.min(end + 1, text.length)));
  let first = start;
  while (isBlank(below) && first > 0 && isBlank(text.slice(startOfLine(text, first - 1), first))) {
    first = startOfLine(text, first - 1);
  }
  return first;
}

function removeFromBlock(
  text: string,
  place: YamlPlace,
  column: number,
  options: RemovalOptions,
): readonly Splice[] | undefined {
  const start = startOfItem(place);
  const end = endOfItem(place);
  if (start === undefined || end === undefined) return undefined;
  const line = startOfLine(text, start);
  if (text.slice(line, start).trim() !== '') {
    // The first key of a list item (`- name: x`): the next key takes its place, unless a comment stands between.
    const next = sibling(place, 1);
    const nextStart = next === undefined ? undefined : startOfItem(next);
    if (nextStart === undefined || text.slice(nextLine(text, end), nextStart).trim() !== '') return undefined;
    return [{ start, end: nextStart, text: '' }];
  }
  const last = withInnerComments(text, nextLine(text, end), column);
  const first =
    options.withComment === true
      ? withBlanksAbove(text, withCommentAbove(text, line, column), last, sibling(place, -1))
      : line;
  // Without a final line end the line before becomes the last one, and stays without.
  const isUnended = last === text.length && text[last - 1] !== '\n' && first > 0;
  const before = isUnended ? (text[first - 2] === '\r' ? 2 : 1) : 0;
  return [{ start: first - before, end: last, text: '' }];
}

/** Removes the entry at the last place; an entry that leaves its collection empty leaves `{}` or `[]`. */
export function removeEntry(
  text: string,
  document: Document.Parsed,
  places: readonly YamlPlace[],
  style: YamlStyle,
  options: RemovalOptions,
): readonly Splice[] | undefined {
  const place = places.at(-1);
  if (place === undefined) return undefined;
  if (place.parent.items.length === 1) {
    const outer = places.slice(0, -1);
    if (options.pruneEmpty === true && outer.length > 0)
      return removeEntry(text, document, outer, style, options);
    const empty = isMap(place.parent) ? {} : [];
    return outer.length === 0
      ? replaceRoot(text, document, empty, style)
      : replaceValue(text, outer, empty, style);
  }
  const column = blockColumn(place.parent);
  return column === undefined ? removeFromFlow(place) : removeFromBlock(text, place, column, options);
}
