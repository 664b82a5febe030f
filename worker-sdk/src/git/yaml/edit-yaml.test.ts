import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../step-failure.ts';
import { editYaml, type YamlDocument } from './edit-yaml.ts';
import { YamlEditRefusedError } from './yaml-edit-refused-error.ts';
import { readYaml } from './yaml-source.ts';

function first(edit: (document: YamlDocument) => void) {
  return (documents: readonly YamlDocument[]): void => {
    const document = documents[0];
    if (document === undefined) throw new Error('The text has no document');
    edit(document);
  };
}

const application = `# Deployed by ArgoCD
apiVersion: argoproj.io/v1alpha1
kind: Application   # do not rename
metadata:
  name: 'billing'
  labels: {team: payments, tier: "1"}

  # where it runs
  namespace: argocd
spec:
  sources:
  - chart: generic-app
    targetRevision: "3.2.1"  # renovate
    helm:
      valueFiles:
      - $values/common.yaml
      - $values/dev.yaml
  - repoURL: https://git.example/acme/billing.git
    ref: values
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
---
# second
kind: AppProject
metadata: {name: payments}
`;

/** The lines that differ, as a diff would show them. */
function changedLines(before: string, after: string): readonly string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  return [
    ...a.slice(start, a.length - end).map((line) => `-${line}`),
    ...b.slice(start, b.length - end).map((line) => `+${line}`),
  ];
}

function diffOf(text: string, edit: (document: YamlDocument) => void): readonly string[] {
  return changedLines(text, editYaml(text, first(edit)));
}

describe('editing YAML', () => {
  it('changes a scalar and keeps its quotes and its comment (trap 14)', () => {
    expect(
      diffOf(application, (document) => document.set(['spec', 'sources', 0, 'targetRevision'], '1.0.0')),
    ).toEqual(['-    targetRevision: "3.2.1"  # renovate', '+    targetRevision: "1.0.0"  # renovate']);
    expect(diffOf(application, (document) => document.set(['metadata', 'name'], 'it is'))).toEqual([
      "-  name: 'billing'",
      "+  name: 'it is'",
    ]);
  });

  it('leaves the very same text when the value is there already', () => {
    expect(
      editYaml(
        application,
        first((document) => document.set(['spec', 'syncPolicy', 'automated', 'prune'], true)),
      ),
    ).toBe(application);
  });

  it('adds a key at the end of a mapping, behind a comment on its last line', () => {
    expect(diffOf('a:\n  b: 1 # one\n# next\nc: 2\n', (document) => document.set(['a', 'd'], 'x'))).toEqual([
      '+  d: x',
    ]);
  });

  it('makes the mappings that are missing on the way', () => {
    expect(
      diffOf(application, (document) =>
        document.set(['metadata', 'annotations', 'argocd.argoproj.io/sync-options'], 'Prune=false'),
      ),
    ).toEqual(['+  annotations:', '+    argocd.argoproj.io/sync-options: Prune=false']);
  });

  it('fills a key that has no value yet, with and without a comment', () => {
    expect(
      editYaml(
        'a:\nb: 1\n',
        first((document) => document.set(['a', 'x'], 1)),
      ),
    ).toBe('a:\n  x: 1\nb: 1\n');
    expect(
      editYaml(
        'a: # none\nb: 1\n',
        first((document) => document.set(['a', 'x'], 1)),
      ),
    ).toBe('a: # none\n  x: 1\nb: 1\n');
    expect(
      editYaml(
        'a:\nb: 1\n',
        first((document) => document.set(['a'], 'x')),
      ),
    ).toBe('a: x\nb: 1\n');
    expect(
      editYaml(
        'a: {} # none\n',
        first((document) => document.set(['a', 'x'], 1)),
      ),
    ).toBe('a: # none\n  x: 1\n');
    expect(
      editYaml(
        'a: ~\n',
        first((document) => document.set(['a', 'x'], 1)),
      ),
    ).toBe('a:\n  x: 1\n');
  });

  it('adds to and removes from mappings and lists within braces', () => {
    expect(diffOf(application, (document) => document.set(['metadata', 'labels', 'owner'], 'a: b'))).toEqual([
      '-  labels: {team: payments, tier: "1"}',
      '+  labels: {team: payments, tier: "1", owner: "a: b"}',
    ]);
    expect(diffOf(application, (document) => document.delete(['metadata', 'labels', 'team']))).toEqual([
      '-  labels: {team: payments, tier: "1"}',
      '+  labels: {tier: "1"}',
    ]);
    expect(diffOf(application, (document) => document.delete(['metadata', 'labels', 'tier']))).toEqual([
      '-  labels: {team: payments, tier: "1"}',
      '+  labels: {team: payments}',
    ]);
    expect(
      editYaml(
        'a: [1, {}]\n',
        first((document) => document.set(['a', 1, 'b'], [2])),
      ),
    ).toBe('a: [1, {b: [2]}]\n');
    expect(
      editYaml(
        'a: [1, 2]\n',
        first((document) => document.append(['a'], 'x, y')),
      ),
    ).toBe('a: [1, 2, "x, y"]\n');
  });

  it('appends to a list in the indentation that the list has', () => {
    expect(
      diffOf(application, (document) =>
        document.append(['spec', 'sources', 0, 'helm', 'valueFiles'], '$values/x.yaml'),
      ),
    ).toEqual(['+      - $values/x.yaml']);
    expect(
      diffOf(application, (document) => document.append(['spec', 'sources'], { chart: 'x', path: [1] })),
    ).toEqual(['+  - chart: x', '+    path:', '+    - 1']);
    expect(
      editYaml(
        'a:\n  b: 1\n',
        first((document) => document.append(['c'], 1)),
      ),
    ).toBe('a:\n  b: 1\nc:\n  - 1\n');
  });

  it('removes an item or a key with its lines and nothing beside', () => {
    expect(
      diffOf(application, (document) => document.delete(['spec', 'sources', 0, 'helm', 'valueFiles', 0])),
    ).toEqual(['-      - $values/common.yaml']);
    expect(diffOf(application, (document) => document.delete(['spec', 'sources', 1]))).toEqual([
      '-  - repoURL: https://git.example/acme/billing.git',
      '-    ref: values',
    ]);
    expect(diffOf(application, (document) => document.delete(['spec', 'sources', 0, 'chart']))).toEqual([
      '-  - chart: generic-app',
      '-    targetRevision: "3.2.1"  # renovate',
      '+  - targetRevision: "3.2.1"  # renovate',
    ]);
  });

  it('removes the comment above only when told to, and the comments inside always', () => {
    const text = 'a: 1\n# about b\nb:\n  c: 1\n  # inside b\n# about d\nd: 2\n';
    expect(
      editYaml(
        text,
        first((document) => document.delete(['b'])),
      ),
    ).toBe('a: 1\n# about b\n# about d\nd: 2\n');
    expect(
      editYaml(
        text,
        first((document) => document.delete(['b'], { withComment: true })),
      ),
    ).toBe('a: 1\n# about d\nd: 2\n');
  });

  it('takes a comment at the start of a document for one about the document', () => {
    const text = '# header\na: 1\nb: 2\n---\n# second\nc: 1\nd: 2\n';
    const without = editYaml(text, ([one, two]) => {
      one?.delete(['a'], { withComment: true });
      two?.delete(['c'], { withComment: true });
    });
    expect(without).toBe('# header\nb: 2\n---\n# second\nd: 2\n');
  });

  it('leaves no doubled blank lines behind an entry that is removed with its comment', () => {
    const text = 'a: 1\n\n# about b\nb: 1\n\n# about c\nc: |\n  x\n\nd: 1\n';
    const without = (key: string): string =>
      editYaml(
        text,
        first((document) => document.delete([key], { withComment: true })),
      );
    expect(without('b')).toBe('a: 1\n\n# about c\nc: |\n  x\n\nd: 1\n');
    expect(without('c')).toBe('a: 1\n\n# about b\nb: 1\n\nd: 1\n');
    expect(without('d')).toBe('a: 1\n\n# about b\nb: 1\n\n# about c\nc: |\n  x\n\n');
  });

  it('leaves an empty collection behind the last entry, or prunes it when told to', () => {
    const text = 'a:\n  b:\n    c: 1\nd: 2\n';
    expect(
      editYaml(
        text,
        first((document) => document.delete(['a', 'b', 'c'])),
      ),
    ).toBe('a:\n  b: {}\nd: 2\n');
    expect(
      editYaml(
        text,
        first((document) => document.delete(['a', 'b', 'c'], { pruneEmpty: true })),
      ),
    ).toBe('d: 2\n');
    expect(
      editYaml(
        'a:\n  - b: 1\n',
        first((document) => document.delete(['a', 0])),
      ),
    ).toBe('a: []\n');
  });

  it('replaces a mapping by a scalar, a scalar by a mapping and a list by a list', () => {
    const text = 'a: # note\n  b: 1\n  c: 2\nd: x # y\ne:\n- 1\n- 2\n';
    expect(
      editYaml(
        text,
        first((document) => document.set(['a'], 5)),
      ),
    ).toBe('a: 5 # note\nd: x # y\ne:\n- 1\n- 2\n');
    expect(
      editYaml(
        text,
        first((document) => document.set(['d'], { z: [1] })),
      ),
    ).toBe('a: # note\n  b: 1\n  c: 2\nd: # y\n  z:\n  - 1\ne:\n- 1\n- 2\n');
    expect(
      editYaml(
        text,
        first((document) => document.set(['e'], [3])),
      ),
    ).toBe('a: # note\n  b: 1\n  c: 2\nd: x # y\ne:\n- 3\n');
  });

  it('changes one line of a literal block and keeps the bytes of the others', () => {
    const text = 'run: |  # script\n  set -e\n   \n  helm upgrade x generic\n  echo done\nnext: 1\n';
    expect(
      diffOf(text, (document) =>
        document.set(['run'], String(document.get(['run'])).replace('generic', 'own')),
      ),
    ).toEqual(['-  helm upgrade x generic', '+  helm upgrade x own']);
  });

  it('changes how a literal block ends when the value ends otherwise', () => {
    expect(
      editYaml(
        'a: |\n  x\nb: 1\n',
        first((document) => document.set(['a'], 'x\ny')),
      ),
    ).toBe('a: |-\n  x\n  y\nb: 1\n');
    expect(
      editYaml(
        'a: |-\n  x\nb: 1\n',
        first((document) => document.set(['a'], 'x\n')),
      ),
    ).toBe('a: |\n  x\nb: 1\n');
  });

  it('writes a folded block and an odd literal on one line rather than wrongly', () => {
    expect(
      editYaml(
        'a: >\n  x\n  y\nb: 1\n',
        first((document) => document.set(['a'], 'z w')),
      ),
    ).toBe('a: z w\nb: 1\n');
    expect(
      readYaml(
        editYaml(
          'a: |2\n    x\n',
          first((document) => document.set(['a'], '  y\nz\n')),
        ),
        'x',
      ),
    ).toEqual([{ a: '  y\nz\n' }]);
  });

  it('keeps line ends, byte order mark and a missing final line end', () => {
    const text = '\uFEFFa: 1\r\nb:\r\n  c: 2 # two\r\n';
    expect(
      editYaml(
        text,
        first((document) => document.set(['b', 'd', 'e'], 3)),
      ),
    ).toBe('\uFEFFa: 1\r\nb:\r\n  c: 2 # two\r\n  d:\r\n    e: 3\r\n');
    expect(
      editYaml(
        'a: 1\nb:\n  c: 2',
        first((document) => document.set(['b', 'd'], 3)),
      ),
    ).toBe('a: 1\nb:\n  c: 2\n  d: 3');
    expect(
      editYaml(
        'a: 1\nb: 2',
        first((document) => document.delete(['b'])),
      ),
    ).toBe('a: 1');
    expect(
      editYaml(
        'a: 1\r\nb: 2',
        first((document) => document.delete(['b'])),
      ),
    ).toBe('a: 1');
  });

  it('edits the second document and leaves the first alone, and the other way round (trap 14)', () => {
    expect(
      changedLines(
        application,
        editYaml(application, ([, second]) => second?.set(['metadata', 'name'], 'x')),
      ),
    ).toEqual(['-metadata: {name: payments}', '+metadata: {name: x}']);
    expect(
      editYaml(
        'a: 1\n---\nb: 1\n...\n',
        first((document) => document.set(['c'], 2)),
      ),
    ).toBe('a: 1\nc: 2\n---\nb: 1\n...\n');
  });

  it('fills an empty document', () => {
    expect(
      editYaml(
        '--- # nothing yet\n---\nb: 1\n',
        first((document) => document.set(['a', 'b'], 1)),
      ),
    ).toBe('--- # nothing yet\na:\n  b: 1\n---\nb: 1\n');
    expect(
      editYaml(
        '{}\n',
        first((document) => document.set(['a'], 1)),
      ),
    ).toBe('a: 1\n');
  });

  it('quotes a string that a YAML 1.1 reader would take for a boolean or number', () => {
    expect(
      editYaml(
        'a: b\n',
        first((document) => document.set(['a'], 'yes')),
      ),
    ).toBe('a: "yes"\n');
    expect(
      editYaml(
        'a: b\n',
        first((document) => document.set(['a'], '1.0')),
      ),
    ).toBe('a: "1.0"\n');
  });

  it('refuses to change what an alias reads too, and says so', () => {
    const text = 'base: &base\n  x: 1\n  y: 1\nuse: *base\n';
    expect(() =>
      editYaml(
        text,
        first((document) => document.set(['use', 'x'], 2)),
      ),
    ).toThrow(YamlEditRefusedError);
    expect(() =>
      editYaml(
        text,
        first((document) => document.delete(['base'])),
      ),
    ).toThrow(/other values depend on it/);
    expect(() =>
      editYaml(
        text,
        first((document) => document.set(['base', 'x'], 2)),
      ),
    ).toThrow(/ties it to other values/);
  });

  it('refuses a path through a scalar', () => {
    expect(() =>
      editYaml(
        'a: 1\n',
        first((document) => document.set(['a', 'b'], 2)),
      ),
    ).toThrow(/not a mapping/);
  });

  it.each([
    ['a: b: c\n', 'line 1, column 4'],
    ['a: 1\nb: [1\n', 'line 3, column 1'],
    ['a: 1\na: 2\n', 'line 2, column 1'],
    ['ok: 1\n---\nx: *nobody\n', 'line 3, column 4'],
    ['a:\n\t- b\n', 'line 2, column 1'],
  ])('names file and line of a malformed text %j', (text, place) => {
    const read = (): unknown => readYaml(text, 'deploy/values.yaml');
    expect(read).toThrow(StepFailure);
    expect(read).toThrow(`deploy/values.yaml, ${place}: `);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({ failureClass: 'invalid', retryable: false });
    }
  });
});
