import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editYaml } from './edit-yaml.ts';
import { readYaml, type YamlPath } from './yaml-source.ts';

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** A written YAML text together with the path of every value in its only interesting document. */
interface Written {
  readonly lines: readonly string[];
  readonly scalars: readonly { readonly path: YamlPath; readonly line: number }[];
  readonly mappings: readonly YamlPath[];
}

const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/);
const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 /._-]{0,12}[a-z0-9]$/);
const writtenScalar = fc.oneof(
  word,
  word.map((text) => `"${text}"`),
  word.map((text) => `'${text}'`),
  fc.integer({ min: -999, max: 999 }).map(String),
  fc.constantFrom('true', 'false', 'null', '~', '{a: 1, b: [x, y]}', '[]', '{}', '"a: # b"'),
);
const tail = fc.constantFrom('', '', '', ' # note', '   # renovate: x', ' ');
const between = fc.constantFrom('', '', '', '# comment', '', '  # deeper', '    # deepest');

/** A tree of keys whose leaves are written scalars. */
interface Tree {
  readonly entries: readonly (readonly [string, Leaf | Tree])[];
  readonly isList: boolean;
}
interface Leaf {
  readonly text: string;
  readonly tail: string;
  readonly above: string;
}

const leaf: fc.Arbitrary<Leaf> = fc.record({ text: writtenScalar, tail, above: between });
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    entries: fc
      .uniqueArray(
        fc.tuple(key, fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('tree'))),
        { minLength: 1, maxLength: 4, selector: ([name]) => name },
      )
      .map((entries) => entries as Tree['entries']),
    isList: fc.boolean(),
  }),
}));

function isLeaf(node: Leaf | Tree): node is Leaf {
  return 'text' in node;
}

function write(node: Tree, step: number, flushLists: boolean): Written {
  const lines: string[] = [];
  const scalars: { path: YamlPath; line: number }[] = [];
  const mappings: YamlPath[] = [];
  const visit = (current: Tree, column: number, path: YamlPath): void => {
    if (!current.isList) mappings.push(path);
    for (const [index, [name, child]] of current.entries.entries()) {
      const childPath = [...path, current.isList ? index : name];
      const head = `${' '.repeat(column)}${current.isList ? '-' : `${name}:`}`;
      if (isLeaf(child)) {
        // A comment line at the very start of an item would be read as deeper text of a plain scalar.
        if (child.above !== '' && lines.length > 0) lines.push(child.above.trimStart());
        scalars.push({ path: childPath, line: lines.length });
        lines.push(`${head} ${child.text}${child.tail}`);
      } else {
        lines.push(head);
        visit(child, column + (child.isList && flushLists && !current.isList ? 0 : step), childPath);
      }
    }
  };
  visit({ ...node, isList: false }, 0, []);
  return { lines, scalars, mappings };
}

const world = fc
  .record({
    tree,
    step: fc.constantFrom(2, 4),
    flushLists: fc.boolean(),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.constantFrom('', '\uFEFF'),
    before: fc.constantFrom('', '# first\nkind: Other\nlist: [1, 2]\n---\n'),
    after: fc.constantFrom('', '---\n# last\nkind: Other\ntext: |\n  a\n\n  b\n', '...\n'),
    isEnded: fc.boolean(),
  })
  .map(({ tree: root, step, flushLists, eol, bom, before, after, isEnded }) => {
    const written = write(root, step, flushLists);
    const body = written.lines.join('\n') + (isEnded || after !== '' ? '\n' : '');
    return {
      written,
      index: before === '' ? 0 : 1,
      offset: before.split('\n').length - 1,
      text: bom + (before + body + after).replaceAll('\n', eol),
    };
  });

const newValue: fc.Arbitrary<Plain> = fc.oneof(
  word,
  fc.constantFrom('yes', '1', 'a: b', '# no', '', '- x', 'two\nlines\n', ' padded ', '{', '*x', 'null'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(word, { maxLength: 3 }),
  fc.dictionary(key, fc.oneof(word, fc.integer(), fc.array(word, { maxLength: 2 })), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
);

function commonStart(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((line, index) => line !== b[index]);
  return at === -1 ? a.length : at;
}

/** The indexes of the old lines that are not in the new text, from the first to the last. */
function touchedLines(before: string, after: string): { readonly first: number; readonly last: number } {
  if (before === after) return { first: 0, last: -1 };
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  const start = commonStart(a, b);
  const end = Math.min(commonStart(a.toReversed(), b.toReversed()), a.length - start, b.length - start);
  return { first: start, last: a.length - end - 1 };
}

function valueAt(text: string, index: number, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown>)[part],
    readYaml(text, 'x')[index],
  );
}

describe('editing any YAML', () => {
  it('changes only the line of the scalar that is set, whatever is around it', () => {
    fc.assert(
      fc.property(world, fc.nat(), newValue, ({ written, index, offset, text }, pick, value) => {
        const target = written.scalars[pick % written.scalars.length];
        fc.pre(target !== undefined);
        const after = editYaml(text, (documents) => documents[index]?.set(target.path, value));
        expect(valueAt(after, index, target.path)).toEqual(value);
        const { first, last } = touchedLines(text, after);
        if (first <= last) expect(first).toBe(offset + target.line);
        expect(last).toBeLessThanOrEqual(offset + target.line);
      }),
      { numRuns: 400 },
    );
  });

  it('only adds lines when a key is added to a mapping', () => {
    fc.assert(
      fc.property(world, fc.nat(), newValue, ({ written, index, text }, pick, value) => {
        const mapping = written.mappings[pick % written.mappings.length] ?? [];
        const path = [...mapping, 'added.example/key'];
        const after = editYaml(text, (documents) => documents[index]?.set(path, value));
        expect(valueAt(after, index, path)).toEqual(value);
        const { first, last } = touchedLines(text, after);
        expect(last).toBeLessThan(first);
      }),
      { numRuns: 400 },
    );
  });

  it('only removes the line of a scalar when it is deleted, and setting it back gives the same values', () => {
    fc.assert(
      fc.property(world, fc.nat(), ({ written, index, offset, text }, pick) => {
        const target = written.scalars[pick % written.scalars.length];
        fc.pre(target !== undefined && typeof target.path.at(-1) === 'string');
        const before = valueAt(text, index, target.path);
        const without = editYaml(text, (documents) => documents[index]?.delete(target.path));
        const kept = new Set(without.split(/\r?\n/));
        for (const [at, line] of text.split(/\r?\n/).entries()) {
          // The key that held only this entry gets `{}`, and comments inside the entry go with it.
          const isKept =
            kept.has(line) || kept.has(`${line.trimEnd()} {}`) || line.trimStart().startsWith('#');
          const isParent = at < offset + target.line && /:\s*$|-\s*$/.test(line);
          if (at !== offset + target.line && line.trim() !== '') expect(isKept || isParent).toBe(true);
        }
        const restored = editYaml(without, (documents) => documents[index]?.set(target.path, before));
        expect(readYaml(restored, 'x')).toEqual(readYaml(text, 'x'));
      }),
      { numRuns: 400 },
    );
  });

  it('leaves a text that is only read byte for byte', () => {
    fc.assert(
      fc.property(world, ({ text, index, written }) => {
        expect(
          editYaml(text, (documents) => {
            for (const { path } of written.scalars) documents[index]?.set(path, documents[index]?.get(path));
          }),
        ).toBe(text);
      }),
    );
  });
});
