import { type Document, isCollection, isScalar, Scalar } from 'yaml';
import { childLines, isInsideFlow, linesSplice } from './insert-yaml.ts';
import { renderLiteral } from './render-literal.ts';
import { afterIndicator, blockColumn, nextLine, spanOf, startOfLine, type YamlPlace } from './yaml-place.ts';
import { isFilledCollection, renderBlock, renderInline, type YamlStyle } from './yaml-rendering.ts';
import type { Splice } from './yaml-source.ts';

function isEmptyFlow(node: unknown): boolean {
  return isCollection(node) && blockColumn(node) === undefined && node.items.length === 0;
}

/** Puts a filled collection on lines of its own where a scalar, `{}` or nothing stood. */
function unfold(
  text: string,
  place: YamlPlace,
  value: object,
  style: YamlStyle,
): readonly Splice[] | undefined {
  const after = afterIndicator(place);
  const column = blockColumn(place.parent);
  if (after === undefined || column === undefined) return undefined;
  const end = spanOf(place.value)?.end ?? after;
  if (place.pair === undefined) {
    const lines = renderBlock(value, column + 2, style).map((line, at) =>
      at === 0 ? line.trimStart() : line,
    );
    return [{ start: after, end, text: ` ${lines.join(style.eol)}` }];
  }
  return [
    { start: after, end, text: '' },
    linesSplice(text, nextLine(text, end), childLines(value, column, style), style.eol),
  ];
}

/** Puts a scalar or an empty collection behind the key and takes away the lines of the block that was there. */
function fold(text: string, place: YamlPlace, value: unknown, end: number): readonly Splice[] | undefined {
  const after = afterIndicator(place);
  const span = spanOf(place.value);
  if (after === undefined || span === undefined) return undefined;
  const inline = ` ${renderInline(value, false)}`;
  const firstLine = startOfLine(text, span.start);
  if (firstLine <= after)
    return [{ start: after, end: text[end - 1] === '\n' ? end - 1 : end, text: inline }];
  return [
    { start: after, end: after, text: inline },
    { start: firstLine, end: nextLine(text, end), text: '' },
  ];
}

/** Replaces the value at a place, touching no line beside its own. */
export function replaceValue(
  text: string,
  places: readonly YamlPlace[],
  value: unknown,
  style: YamlStyle,
): readonly Splice[] | undefined {
  const place = places.at(-1);
  if (place === undefined) return undefined;
  const span = spanOf(place.value);
  const isInFlow = isInsideFlow(places);
  const column = blockColumn(place.value);
  if (column !== undefined && span !== undefined) {
    if (!isFilledCollection(value)) return fold(text, place, value, span.end);
    const lines = renderBlock(value, column, style).map((line, at) => (at === 0 ? line.trimStart() : line));
    const end = text[span.end - 1] === '\n' ? style.eol : '';
    return [{ start: span.start, end: span.end, text: lines.join(style.eol) + end }];
  }
  if (!isInFlow && isFilledCollection(value) && (isEmptyFlow(place.value) || !isCollection(place.value))) {
    return unfold(text, place, value, style);
  }
  if (span === undefined) {
    const after = afterIndicator(place);
    return after === undefined
      ? undefined
      : [{ start: after, end: after, text: ` ${renderInline(value, isInFlow)}` }];
  }
  const { value: old } = place;
  if (isScalar(old) && (old.type === Scalar.BLOCK_LITERAL || old.type === Scalar.BLOCK_FOLDED)) {
    const raw = text.slice(span.start, span.end);
    const literal = typeof value === 'string' ? renderLiteral(raw, value, style.eol) : undefined;
    return literal === undefined ? fold(text, place, value, span.end) : [{ ...span, text: literal }];
  }
  return [{ ...span, text: renderInline(value, isInFlow, old) }];
}

/** Replaces the whole content of a document. */
export function replaceRoot(
  text: string,
  document: Document.Parsed,
  value: unknown,
  style: YamlStyle,
): readonly Splice[] | undefined {
  const span = spanOf(document.contents);
  if (span === undefined) return undefined;
  const lines = isFilledCollection(value) ? renderBlock(value, 0, style) : [renderInline(value, false)];
  const end = text[span.end - 1] === '\n' ? style.eol : '';
  return [{ ...span, text: lines.join(style.eol) + end }];
}
