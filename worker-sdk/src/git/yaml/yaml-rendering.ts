import { type Document, isMap, isScalar, isSeq, Scalar, stringify, visit } from 'yaml';

/** How the text around an edit is written, so that what is added looks the same. */
export interface YamlStyle {
  readonly eol: string;
  /** Columns of one level. */
  readonly indent: number;
  /** Whether `- ` stands deeper than the key that holds the list. */
  readonly indentSequences: boolean;
}

const ordinary = {
  lineWidth: 0,
  // Go's YAML reads `yes` and `on` as booleans, so strings that look so in YAML 1.1 are quoted as well.
  compat: 'yaml-1.1',
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  aliasDuplicateObjects: false,
} as const;

function columnOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined;
  const token = node.srcToken;
  return token?.type === 'block-map' || token?.type === 'block-seq' ? token.indent : undefined;
}

/** Looks at the text how it is indented and how its lines end. */
export function detectStyle(text: string, document: Document.Parsed): YamlStyle {
  let indent: number | undefined;
  let indentSequences: boolean | undefined;
  visit(document, {
    Pair(_key, pair, path) {
      const inner = columnOf(pair.value);
      const outer = columnOf(path.at(-1));
      if (inner === undefined || outer === undefined) return;
      if (isMap(pair.value)) indent ??= inner - outer;
      if (isSeq(pair.value)) indentSequences ??= inner > outer;
    },
  });
  return {
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    indent: indent ?? 2,
    indentSequences: indentSequences ?? true,
  };
}

/** Whether the value is written over several lines in block style. */
export function isFilledCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function quoted(value: string, type: 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'): string {
  const scalar = new Scalar(value);
  scalar.type = type;
  return stringify(scalar, ordinary).trimEnd();
}

/**
 * A scalar or collection on one line, safe inside `[]` and `{}` when `isInFlow`.
 *
 * @param like - The node that it replaces: its quotes are kept.
 */
export function renderInline(value: unknown, isInFlow: boolean, like?: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => renderInline(item, true)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(
      ([key, item]) => `${renderInline(key, true)}: ${renderInline(item, true)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  if (typeof value === 'string') {
    if (value.includes('\n')) return quoted(value, 'QUOTE_DOUBLE');
    const style = isScalar(like) && typeof like.value === 'string' ? like.type : undefined;
    if (style === 'QUOTE_DOUBLE' || style === 'QUOTE_SINGLE') return quoted(value, style);
  }
  if (!isInFlow) return stringify(value, ordinary).trimEnd();
  return stringify([value], { ...ordinary, collectionStyle: 'flow', flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

/** The lines of a value in block style, each indented by `column`, without line ends. */
export function renderBlock(value: unknown, column: number, style: YamlStyle): readonly string[] {
  const text = stringify(value, { ...ordinary, indent: style.indent, indentSeq: style.indentSequences });
  // A kept block scalar (`|+`) ends in blank lines that belong to it, so only the last line end goes.
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line));
}
