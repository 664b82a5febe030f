import { expect, it } from 'vitest';
import { pullRequestName, pullRequestPlace } from './pull-request-name.ts';

it('A pull request is called by repository and number', () => {
  expect(pullRequestName('https://forge.test/acme/billing/pull/42')).toBe('acme/billing#42');
  expect(pullRequestName('http://127.0.0.1:4000/acme/a%20b/pulls/7/files')).toBe('acme/a b#7');
  expect(pullRequestName('https://forge.test/acme/web/billing/-/merge_requests/3')).toBe(
    'acme/web/billing#3',
  );
  expect(pullRequestPlace('https://forge.test/acme/billing/pull/42')).toEqual({
    repository: 'acme/billing',
    number: '#42',
  });
});

it('Another address is shown as it is', () => {
  expect(pullRequestName('https://forge.test/acme')).toBe('https://forge.test/acme');
  expect(pullRequestName('no address')).toBe('no address');
  expect(pullRequestPlace('no address')).toBeUndefined();
  expect(pullRequestName('https://forge.test/%E0%A4%A/x/pull/1')).toBe('%E0%A4%A/x#1');
});
