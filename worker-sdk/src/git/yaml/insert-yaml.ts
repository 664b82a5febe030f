import { type Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { blockColumn, endOfItem, nextLine, spanOf, type YamlPlace } from './yaml-place.ts';
import { renderBlock, renderInline, type YamlStyle } from './yaml-rendering.ts';
import type { Splice } from './yaml-source.ts';

/** Whole lines at a line start; at the end of a text without a final line end, the text keeps ending without one. */
export function linesSplice(text: string, offset: number, lines: readonly string[], eol: string): Splice {
  const isUnended = offset === text.length && offset > 0 && text[offset - 1] !== '\n';
  const piece = isUnended ? eol + lines.join(eol) : lines.join(eol) + eol;
  return { start: offset, end: offset, text: piece };
}

function lastPlace(collection: YAMLMap | YAMLSeq): YamlPlace | undefined {
  const index = collection.items.length - 1;
  const item = collection.items[index];
  if (item === undefined) return undefined;
  return isMap(collection)
    ? { parent: collection, index, pair: collection.items[index], value: collection.items[index]?.value }
    : { parent: collection, index, pair: undefined, value: item };
}

/** A value on the lines below its key or, in a sequence, an item; `column` is that of the item. */
function itemLines(
  collection: YAMLMap | YAMLSeq,
  key: string | number,
  value: unknown,
  column: number,
  style: YamlStyle,
) {
  return renderBlock(isMap(collection) ? { [key]: value } : [value], column, style);
}

function insertIntoFlow(
  collection: YAMLMap | YAMLSeq,
  key: string | number,
  value: unknown,
): Splice | undefined {
  const span = spanOf(collection);
  if (span === undefined) return undefined;
  const piece = isMap(collection)
    ? `${renderInline(key, true)}: ${renderInline(value, true)}`
    : renderInline(value, true);
  const last = lastPlace(collection);
  if (last === undefined) return { start: span.start + 1, end: span.start + 1, text: piece };
  const end = endOfItem(last);
  return end === undefined ? undefined : { start: end, end, text: `, ${piece}` };
}

/** Adds an entry at the end of a mapping or sequence that has entries already, or of an empty one within flow style. */
export function insertEntry(
  text: string,
  collection: YAMLMap | YAMLSeq,
  key: string | number,
  value: unknown,
  style: YamlStyle,
): readonly Splice[] | undefined {
  const column = blockColumn(collection);
  if (column === undefined) {
    const splice = insertIntoFlow(collection, key, value);
    return splice === undefined ? undefined : [splice];
  }
  const last = lastPlace(collection);
  const end = last === undefined ? undefined : endOfItem(last);
  if (end === undefined) return undefined;
  return [
    linesSplice(text, nextLine(text, end), itemLines(collection, key, value, column, style), style.eol),
  ];
}

/** The lines of a filled collection as the value of a key (or root) whose own column is `column`. */
export function childLines(value: object, column: number | undefined, style: YamlStyle): readonly string[] {
  if (column === undefined) return renderBlock(value, 0, style);
  const deeper = Array.isArray(value) && !style.indentSequences ? column : column + style.indent;
  return renderBlock(value, deeper, style);
}

/** Adds content to a document that has none. */
export function fillDocument(
  text: string,
  document: Document.Parsed,
  value: object,
  style: YamlStyle,
): readonly Splice[] {
  return [
    linesSplice(text, nextLine(text, document.range[1]), childLines(value, undefined, style), style.eol),
  ];
}

/** Whether the node stands inside `{}` or `[]`. */
export function isInsideFlow(places: readonly YamlPlace[]): boolean {
  return places.some(({ parent }) => blockColumn(parent) === undefined);
}

/** Whether something can be added to the node. */
export function isGrowable(node: unknown): node is YAMLMap | YAMLSeq {
  return isMap(node) || isSeq(node);
}
