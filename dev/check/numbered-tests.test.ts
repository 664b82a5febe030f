import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const PROMISES = 13;
const TRAPS = 15;

const tests = execFileSync('git', ['ls-files', '--', '*.test.ts', '*.test.tsx'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const missing = (count: number, mark: (number: number) => RegExp) =>
  Array.from({ length: count }, (_, index) => index + 1).filter((number) => !mark(number).test(tests));

it('each promise of the interpreter has a test that names it', () => {
  expect(missing(PROMISES, (number) => new RegExp(`\\bpromise ${number}:`))).toEqual([]);
});

it('each trap that systems of this kind fell into has a test that names it', () => {
  expect(missing(TRAPS, (number) => new RegExp(`\\(trap ${number}\\)`))).toEqual([]);
});
