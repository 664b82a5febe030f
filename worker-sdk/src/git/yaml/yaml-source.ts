import { type Document, isAlias, LineCounter, parseAllDocuments, visit, type YAMLParseError } from 'yaml';
import { StepFailure } from '../../step-failure.ts';

/** Keys of mappings and indexes of sequences, from the root of a document. */
export type YamlPath = readonly (string | number)[];

/** A replacement of one stretch of a text; `start` and `end` are offsets. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A YAML text with its documents and their plain values. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly documents: readonly Document.Parsed[];
  readonly values: readonly unknown[];
}

function malformed(file: string, line: number, column: number, problem: string, cause: unknown): StepFailure {
  return new StepFailure(`${file}, line ${line}, column ${column}: ${problem}`, {
    failureClass: 'invalid',
    metadata: { file, line, column },
    cause,
  });
}

function describeParseError(file: string, error: YAMLParseError): StepFailure {
  const place = error.linePos?.[0] ?? { line: 1, col: 1 };
  const problem = (error.message.split('\n')[0] ?? error.message).replace(/ at line \d+, column \d+:?$/, '');
  return malformed(file, place.line, place.col, problem, error);
}

/** An alias without its anchor is found only when values are built; names the first alias that cannot be resolved. */
function describeValueError(
  file: string,
  document: Document.Parsed,
  lines: LineCounter,
  error: unknown,
): StepFailure {
  let offset = document.range[0];
  visit(document, {
    Alias(_key, alias) {
      if (!isAlias(alias) || alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0] ?? offset;
      return visit.BREAK;
    },
  });
  const place = lines.linePos(offset);
  return malformed(
    file,
    place.line,
    place.col,
    error instanceof Error ? error.message : String(error),
    error,
  );
}

/**
 * Reads every document of a YAML text.
 *
 * @throws StepFailure of class `invalid` that names file, line and column when the text is malformed.
 */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { keepSourceTokens: true, lineCounter: lines });
  const documents: Document.Parsed[] = 'empty' in parsed ? [] : parsed;
  const values = documents.map((document) => {
    const error = document.errors[0];
    if (error !== undefined) throw describeParseError(file, error);
    try {
      return document.toJS() as unknown;
    } catch (valueError) {
      throw describeValueError(file, document, lines, valueError);
    }
  });
  return { file, text, documents, values };
}

/** The plain values of every document of a YAML text, for those who only read. */
export function readYaml(text: string, file: string): readonly unknown[] {
  return parseYaml(text, file).values;
}

/** The text with the replacements made; they must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce(
      (result, { start, end, text: piece }) => result.slice(0, start) + piece + result.slice(end),
      text,
    );
}
