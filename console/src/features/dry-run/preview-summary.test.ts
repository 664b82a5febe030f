import { expect, it } from 'vitest';
import type { DryRunStep } from '../../shared/contract.ts';
import { diffFile } from '../../ui/diff/file-diff.ts';
import { countsOf, previewSentence } from './preview-summary.ts';

const change = {
  repo: 'acme/billing',
  baseCommit: 'abc',
  path: 'a',
  status: 'modified',
  before: 'x\n',
  after: 'y\nz\n',
} as const;
const steps: DryRunStep[] = [
  { name: 'first', changes: [change, { ...change, repo: 'acme/other', path: 'b' }] },
  { name: 'second', skipped: true },
  { name: 'third', error: 'It broke.' },
];

it('One sentence says what the preview found', () => {
  expect(previewSentence(steps)).toBe(
    '1 step would fail; 1 step changes 2 files in 2 repositories; 1 step has nothing to do.',
  );
  expect(previewSentence([{ name: 'only' }])).toBe('1 step has nothing to do.');
  expect(previewSentence([])).toBe('There is nothing to do.');
});

it('Lines are counted as far as the files are compared', () => {
  expect(countsOf(steps, new Map())).toEqual({ files: 2, added: 0, removed: 0 });
  expect(countsOf(steps, new Map([[change, diffFile(change)]]))).toEqual({ files: 2, added: 2, removed: 1 });
});
