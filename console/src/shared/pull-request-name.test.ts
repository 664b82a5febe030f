import { expect, it } from 'vitest';
import { pullRequestName, pullRequestNumber } from './pull-request-name.ts';

it('A pull request is called by repository and number', () => {
  expect(pullRequestName('https://forge.test/acme/billing/pull/42')).toBe('billing#42');
  expect(pullRequestName('http://127.0.0.1:4000/acme/a%20b/pulls/7/files')).toBe('a b#7');
  expect(pullRequestName('https://forge.test/acme/billing/-/merge_requests/3')).toBe('billing#3');
  expect(pullRequestNumber('https://forge.test/acme/billing/pull/42')).toBe('#42');
});

it('Another address is shown as it is', () => {
  expect(pullRequestName('https://forge.test/acme')).toBe('https://forge.test/acme');
  expect(pullRequestName('no address')).toBe('no address');
  expect(pullRequestNumber('no address')).toBe('pull request');
  expect(pullRequestName('https://forge.test/%E0%A4%A/x/pull/1')).toBe('x#1');
});
