import { describe, expect, test } from 'vitest';
import { findMisfits, type InputPatterns } from './input-patterns.ts';
import type { RequiredInput } from './inputs.ts';

const declare = (name: string, more: Partial<RequiredInput> = {}): RequiredInput => ({
  ...{ name, type: 'string', required: true, pattern: 'fits' },
  ...more,
});
/** Matches nothing but equal text, and refuses one pattern. */
const patterns: InputPatterns = {
  whyRefused: (pattern) => (pattern === '(' ? 'missing closing )' : undefined),
  matches: (pattern, value) => {
    if (pattern === '(') throw new Error('It is refused.');
    return pattern === value;
  },
};
const find = (input: RequiredInput, value: unknown) =>
  findMisfits([input], { [input.name]: value }, patterns);

describe('a value', () => {
  test('that matches its pattern, or has none, is no misfit', () => {
    expect(find(declare('a'), 'fits')).toEqual([]);
    expect(find(declare('a', { pattern: undefined }), 'anything')).toEqual([]);
  });

  test('that does not match is named with its pattern', () => {
    expect(find(declare('a', { label: 'Letter' }), 'other')).toEqual([
      { path: '/inputs/a', message: '"Letter" must match fits.' },
    ]);
  });

  test.each([undefined, null, '', 5, true])('that is %j is the matter of another check', (value) => {
    expect(find(declare('a'), value)).toEqual([]);
  });

  test('of another type than text is not matched', () => {
    expect(find(declare('a', { type: 'number' }), 'other')).toEqual([]);
    expect(find(declare('a', { type: 'enum' }), 'other')).toHaveLength(1);
  });

  test('that is too long is not matched', () => {
    expect(find(declare('a', { pattern: 'x'.repeat(4_001) }), 'x'.repeat(4_001))).toEqual([
      { path: '/inputs/a', message: '"a" must have at most 4000 characters.' },
    ]);
  });

  test('is refused with the reason where the pattern cannot be used', () => {
    expect(find(declare('a', { pattern: '(' }), 'x')[0]?.message).toContain('missing closing )');
  });

  test('is taken for no name that every object has', () => {
    expect(findMisfits([declare('constructor')], {}, patterns)).toEqual([]);
  });
});
