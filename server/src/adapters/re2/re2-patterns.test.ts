import { describe, expect, test } from 'vitest';
import { re2Patterns } from './re2-patterns.ts';

describe('a pattern', () => {
  test.each([
    ['v\\d+', 'v12', true],
    ['v\\d+', 'xv12', false],
    ['a|ab', 'ab', true],
    ['x|y', 'xy', false],
    ['^[A-Z]+-[0-9]+$', 'OPS-12', true],
    ['\\u00e9+', 'éé', true],
    ['(?<team>[a-z]+)\\/x', 'blue/x', true],
    ['.', '🧵', true],
  ])('%s on the whole of %s: %s', (pattern, value, does) => {
    expect(re2Patterns.whyRefused(pattern)).toBeUndefined();
    expect(re2Patterns.matches(pattern, value)).toBe(does);
  });

  test.each([
    ['(', 'missing closing )'],
    ['(?=x)y', 'invalid or unsupported'],
    ['(?<!x)y', 'invalid named capture'],
    ['(a)\\1', 'invalid escape sequence'],
    ['a{1001}', 'invalid repeat count'],
    ['((a{0,30}){0,30})b', 'repeats too much'],
  ])('%s is refused: %s', (pattern, why) => {
    expect(re2Patterns.whyRefused(pattern)).toContain(why);
  });

  test('that would hang an engine that goes back is matched at once', () => {
    const startedAt = performance.now();
    expect(re2Patterns.matches('(a+)+', `${'a'.repeat(4_000)}!`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
