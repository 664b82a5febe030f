import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'yaml';
import { fillDocument, insertEntry, isGrowable } from './insert-yaml.ts';
import { type RemovalOptions, removeEntry } from './remove-yaml.ts';
import { replaceRoot, replaceValue } from './replace-yaml.ts';
import { YamlEditRefusedError } from './yaml-edit-refused-error.ts';
import { findWay, spanOf } from './yaml-place.ts';
import { detectStyle } from './yaml-rendering.ts';
import { applySplices, parseYaml, type Splice, type YamlPath, type YamlSource } from './yaml-source.ts';
import { changeValue, valueAt } from './yaml-value.ts';

/** One document of a YAML text that is being edited. */
export interface YamlDocument {
  /** Its place among the documents of the text, from 0. */
  readonly index: number;
  /** The plain value of the whole document as it is now, with earlier edits. */
  readonly value: unknown;
  get(path: YamlPath): unknown;
  has(path: YamlPath): boolean;
  /** Writes a value; missing mappings on the way are made. A value that is there already leaves the text as it is. */
  set(path: YamlPath, value: unknown): void;
  /** Adds an item to a list, which is made when missing. */
  append(path: YamlPath, item: unknown): void;
  /** Removes an entry; one that is not there is no mistake. */
  delete(path: YamlPath, options?: RemovalOptions): void;
}

/** Where a text comes from, for the messages of failures. */
export interface EditYamlOptions {
  readonly file?: string;
}

class EditedYaml {
  source: YamlSource;

  constructor(text: string, file: string) {
    this.source = parseYaml(text, file);
  }

  document(index: number): Document.Parsed {
    const document = this.source.documents[index];
    if (document === undefined) throw new RangeError(`There is no document ${index} in ${this.source.file}`);
    return document;
  }

  /** Makes an edit only when the values come out as meant; everything else in the file has to stay the same. */
  apply(index: number, path: YamlPath, splices: readonly Splice[] | undefined, expected: unknown): void {
    const { file, text, values } = this.source;
    const refuse = (reason: string): never => {
      throw new YamlEditRefusedError(file, path, reason);
    };
    if (splices === undefined)
      return refuse('its form would force lines beside it to change; write it as a plain block');
    const wanted = values.map((value, at) => (at === index ? expected : value));
    let next: YamlSource;
    try {
      next = parseYaml(applySplices(text, splices), file);
    } catch (error) {
      return refuse(`other values depend on it (${error instanceof Error ? error.message : String(error)})`);
    }
    if (!isDeepStrictEqual(next.values, wanted))
      return refuse('an anchor or an unusual form ties it to other values');
    this.source = next;
    return undefined;
  }
}

function documentOf(edited: EditedYaml, index: number): YamlDocument {
  const current = (): unknown => edited.source.values[index];
  const set = (path: YamlPath, value: unknown): void => {
    if (valueAt(current(), path).exists && isDeepStrictEqual(valueAt(current(), path).value, value)) return;
    const { text, file } = edited.source;
    const document = edited.document(index);
    const style = detectStyle(text, document);
    const expected = changeValue(current(), path, { to: value });
    if (expected === undefined)
      throw new YamlEditRefusedError(file, path, 'something on the way to it is not a mapping');
    const { places, node, missing } = findWay(document, path);
    const [key, ...rest] = missing;
    const grown = rest.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
    let splices: readonly Splice[] | undefined;
    if (key === undefined) {
      splices =
        places.length === 0
          ? replaceRoot(text, document, value, style)
          : replaceValue(text, places, value, style);
    } else if (isGrowable(node) && node.items.length > 0) {
      splices = insertEntry(text, node, key, grown, style);
    } else {
      const filled = typeof key === 'number' ? [grown] : { [key]: grown };
      if (places.length > 0) splices = replaceValue(text, places, filled, style);
      else
        splices =
          spanOf(node) === undefined
            ? fillDocument(text, document, filled, style)
            : replaceRoot(text, document, filled, style);
    }
    edited.apply(index, path, splices, expected);
  };

  return {
    index,
    get value() {
      return current();
    },
    get: (path) => valueAt(current(), path).value,
    has: (path) => valueAt(current(), path).exists,
    set,
    append(path, item) {
      const list = valueAt(current(), path).value;
      if (list === undefined || list === null) set(path, [item]);
      else if (Array.isArray(list)) set([...path, list.length], item);
      else throw new YamlEditRefusedError(edited.source.file, path, 'it is not a list');
    },
    delete(path, options = {}) {
      if (!valueAt(current(), path).exists) return;
      const { text } = edited.source;
      const document = edited.document(index);
      const { places, missing } = findWay(document, path);
      const expected = changeValue(current(), path, { pruneEmpty: options.pruneEmpty === true });
      const splices =
        missing.length > 0
          ? undefined
          : removeEntry(text, document, places, detectStyle(text, document), options);
      edited.apply(index, path, splices, expected);
    },
  };
}

/**
 * Edits a YAML text so that nothing changes but what is meant: comments, order, quotes, line ends, other documents and
 * every line beside the edited ones keep their bytes. Each edit is checked by reading the result again.
 *
 * @param edit - Is given the documents of the text in their order.
 * @returns The text after the edits, the very same one when they changed nothing.
 * @throws StepFailure of class `invalid` that names file and line when the text is malformed.
 * @throws YamlEditRefusedError when an edit is not possible without touching other lines or values.
 */
export function editYaml(
  text: string,
  edit: (documents: readonly YamlDocument[]) => void,
  options: EditYamlOptions = {},
): string {
  const edited = new EditedYaml(text, options.file ?? 'YAML text');
  edit(edited.source.documents.map((_document, index) => documentOf(edited, index)));
  return edited.source.text;
}
