import { describe, expect, it } from 'vitest';
import { readPullRequestFacts } from './pull-request-facts.ts';

const least = { url: 'https://forge/acme/a/pull/1', number: 1, title: 'Use version 2', state: 'open' };

describe('the pull request that a worker tells of', () => {
  it('is read as the contract has it', () => {
    const whole = {
      ...least,
      repository: 'acme/a',
      draft: true,
      base: 'main',
      head: 'loom/x',
      checks: [{ name: 'test', state: 'failed', url: 'https://ci/1' }],
      checkCount: 70,
      reviews: [{ author: 'ada', state: 'approved' }],
      mergeable: 'conflicts',
      additions: 1,
      deletions: 0,
      changedFiles: 1,
      updatedAt: '2026-11-20T10:00:00Z',
    };
    expect(readPullRequestFacts(whole)).toEqual(whole);
    expect(readPullRequestFacts(least)).toEqual(least);
  });

  it('is none where it does not fit, so that it is shown as it is', () => {
    for (const other of [undefined, 'x', [], {}, { ...least, url: 'javascript:alert(1)' }])
      expect(readPullRequestFacts(other)).toBeUndefined();
    expect(readPullRequestFacts({ ...least, state: 'locked' })).toBeUndefined();
  });

  it('loses only those parts that do not fit', () => {
    const odd = {
      ...least,
      draft: 'yes',
      checks: [{ name: 'a', state: 'green' }, 'b', { name: 'c', state: 'passed', url: 'data:x' }],
      reviews: [{ author: '', state: 'approved' }],
      additions: -1,
      updatedAt: 'yesterday',
    };
    expect(readPullRequestFacts(odd)).toEqual({
      ...least,
      checks: [{ name: 'c', state: 'passed' }],
      reviews: [],
    });
  });
});
