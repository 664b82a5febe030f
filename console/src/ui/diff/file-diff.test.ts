import { describe, expect, it } from 'vitest';
import { diffFile } from './file-diff.ts';
import { highlight, isLearnt, learn } from './highlight.ts';
import { languageOf } from './languages.ts';

describe('the difference of a file', () => {
  it('counts the lines', () => {
    const diff = diffFile({ path: 'a.yaml', before: 'one\ntwo\nthree\n', after: 'one\n2\nthree\nfour\n' });
    expect(diff).toMatchObject({ added: 2, removed: 1 });
  });

  it('of a new or deleted file has one side', () => {
    expect(diffFile({ path: 'a', before: undefined, after: 'x\n' })).toMatchObject({ added: 1, removed: 0 });
    expect(diffFile({ path: 'a', before: 'x\n', after: undefined })).toMatchObject({ added: 0, removed: 1 });
  });

  it('that was only renamed is empty', () => {
    const diff = diffFile({ path: 'b', previousPath: 'a', before: 'x\n', after: 'x\n' });
    expect(diff).toMatchObject({ hunks: [], added: 0, removed: 0 });
  });

  it('that takes too long to find is shown as replaced whole', () => {
    const lines = (seed: number) =>
      Array.from({ length: 30_000 }, (_, i) => `${(i * seed) % 9_973}-${i % 7}`).join('\n');
    const diff = diffFile({ path: 'big', before: lines(17), after: lines(31) });
    expect(diff).toMatchObject({ added: 30_000, removed: 30_000 });
  });
});

describe('colours', () => {
  it('are chosen by the name of the file', () => {
    expect(['a/b.yml', 'Dockerfile', 'x.tsx', 'unknown.xyz', 'README'].map(languageOf)).toEqual([
      'yaml',
      'docker',
      'typescript',
      undefined,
      undefined,
    ]);
  });

  it('are given to both sides once the language is learnt', async () => {
    const before = 'replicas: 2\n';
    const { hunks } = diffFile({ path: 'a.yaml', before, after: 'replicas: 3\n' });
    expect(isLearnt('a.yaml')).toBe(false);
    expect(JSON.stringify(highlight(hunks, 'a.yaml', before))).not.toContain('number');
    await learn('a.yaml');
    expect(isLearnt('a.yaml')).toBe(true);
    const tokens = highlight(hunks, 'a.yaml', before);
    expect(JSON.stringify(tokens?.old)).toContain('number');
    expect(JSON.stringify(tokens?.new)).toContain('edit');
  });
});
