import {
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { YamlPath } from './yaml-source.ts';

/** A value in its mapping or sequence. */
export interface YamlPlace {
  readonly parent: YAMLMap | YAMLSeq;
  readonly index: number;
  /** The key and value, when the parent is a mapping. */
  readonly pair: Pair | undefined;
  readonly value: unknown;
}

/** The deepest node on the way to a path, and what of the path does not exist below it. */
export interface YamlWay {
  /** The places passed, from the root; the last one holds `node` when `missing` is empty. */
  readonly places: readonly YamlPlace[];
  readonly node: unknown;
  readonly missing: YamlPath;
}

function placeIn(node: unknown, key: string | number): YamlPlace | undefined {
  if (isMap(node)) {
    const index = node.items.findIndex(
      (pair) => isScalar(pair.key) && String(pair.key.value) === String(key),
    );
    const pair = node.items[index];
    return pair === undefined ? undefined : { parent: node, index, pair, value: pair.value };
  }
  if (isSeq(node) && typeof key === 'number' && key >= 0 && key < node.items.length) {
    return { parent: node, index: key, pair: undefined, value: node.items[key] };
  }
  return undefined;
}

/** Follows a path as far as it goes. An alias is not followed: its anchor is somebody else's value. */
export function findWay(document: Document.Parsed, path: YamlPath): YamlWay {
  const places: YamlPlace[] = [];
  let node: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    const place = placeIn(node, key);
    if (place === undefined) return { places, node, missing: path.slice(depth) };
    places.push(place);
    node = place.value;
  }
  return { places, node, missing: [] };
}

/** Where a node starts and its content ends; undefined when nothing is written for it (`key:`). */
export function spanOf(node: unknown): { readonly start: number; readonly end: number } | undefined {
  if (!isScalar(node) && !isCollection(node) && !isAlias(node)) return undefined;
  const range = node.range;
  if (range === undefined || range === null || range[0] === range[1]) return undefined;
  return { start: range[0], end: range[1] };
}

/** The token that was composed into an item of a collection; it knows of indicators and anchors. */
function itemToken(place: YamlPlace): CST.CollectionItem | undefined {
  const token = place.parent.srcToken;
  if (token === undefined || !('items' in token)) return undefined;
  if (place.pair?.srcToken !== undefined) return place.pair.srcToken;
  return token.items[place.index];
}

const properties = new Set(['anchor', 'tag']);

/** The offset behind `:` or `- ` and behind the anchor and tag of the value. */
export function afterIndicator(place: YamlPlace): number | undefined {
  const item = itemToken(place);
  const indicator = place.pair === undefined ? 'seq-item-ind' : 'map-value-ind';
  const tokens = (place.pair === undefined ? item?.start : item?.sep) ?? [];
  const at = tokens.findIndex((token) => token.type === indicator);
  const found = tokens[at];
  if (found === undefined) return undefined;
  const last = tokens.slice(at).findLast((token) => token === found || properties.has(token.type)) ?? found;
  return last.offset + last.source.length;
}

/** The offset where the item starts: its key with anchor and tag, or its `- `. */
export function startOfItem(place: YamlPlace): number | undefined {
  const item = itemToken(place);
  const head = item?.start.find((token) => !['space', 'comment', 'newline', 'comma'].includes(token.type));
  if (head !== undefined) return head.offset;
  return item?.key?.offset ?? item?.value?.offset;
}

/** The offset where the written content of the item ends. */
export function endOfItem(place: YamlPlace): number | undefined {
  const end = spanOf(place.value)?.end;
  if (end !== undefined) return end;
  return afterIndicator(place) ?? (isPair(place.pair) ? spanOf(place.pair.key)?.end : undefined);
}

/** The column of a block collection; undefined for one in `{}` or `[]`. */
export function blockColumn(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined;
  const token = node.srcToken;
  return token?.type === 'block-map' || token?.type === 'block-seq' ? token.indent : undefined;
}

/** The offset of the next line after `offset`; when `offset` already starts a line, that one. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** The offset of the start of the line that `offset` is in. */
export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
