import { expect, test } from 'vitest';
import { findPrUrl, readPullRequest } from './pr-url.ts';

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

test.each([
  ['https://forge.test/Acme/Billing/pull/42', 'acme/billing#42', 'forge.test'],
  ['http://127.0.0.1:3000/acme/billing/pulls/42/files?a#b', 'acme/billing#42', '127.0.0.1:3000'],
  ['https://gitlab.test/a/b/c/-/merge_requests/7', 'a/b/c#7', 'gitlab.test'],
  ['https://bitbucket.test/a/b/pull-requests/7/overview', 'a/b#7', 'bitbucket.test'],
  ['Acme/Billing#42', 'acme/billing#42', undefined],
])('%s is the pull request %s', (text, name, host) => {
  expect(readPullRequest(text)).toEqual({ name, ...(host === undefined ? {} : { host }) });
});

test('other texts and addresses are no pull request', () => {
  for (const text of [
    '',
    'acme#1',
    'acme/billing',
    'acme/billing#x',
    'https://forge.test/acme',
    'https://[',
    '42',
  ])
    expect(readPullRequest(text)).toBeUndefined();
});
