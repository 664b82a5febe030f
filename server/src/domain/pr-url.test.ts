import { expect, test } from 'vitest';
import { findPrUrl } from './pr-url.ts';

test('an http or https link is the pull request', () => {
  expect(findPrUrl({ prUrl: 'https://forge.test/o/r/pull/1' })).toBe('https://forge.test/o/r/pull/1');
  expect(findPrUrl({ prUrl: 'HTTP://forge.test/1' })).toBe('HTTP://forge.test/1');
});

test('nothing else is a link that a console may show', () => {
  for (const prUrl of ['javascript:alert(1)', 'https://a b', 'ftp://x', '', 7, null, ['https://x']])
    expect(findPrUrl({ prUrl })).toBeUndefined();
  expect(findPrUrl({})).toBeUndefined();
  expect(findPrUrl(undefined)).toBeUndefined();
});
