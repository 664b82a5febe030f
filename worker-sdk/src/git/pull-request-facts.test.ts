import { expect, it } from 'vitest';
import type { PullRequest } from './pull-request.ts';
import { pullRequestFacts } from './pull-request-facts.ts';

const pull: PullRequest = {
  repository: 'acme/billing',
  number: 7,
  url: 'https://forge.test/acme/billing/pull/7',
  title: 'Use version 2',
  isDraft: false,
  state: 'open',
  branch: 'loom/bump',
  base: 'main',
  headCommit: 'abc',
  mergeCommit: undefined,
  closedAt: undefined,
  mergedBy: undefined,
  updatedAt: '2026-11-21T08:00:00Z',
  requestedReviewers: [],
  body: '',
  marker: undefined,
};

it('tells what was read and makes nothing up', () => {
  expect(pullRequestFacts(pull)).toEqual({
    url: pull.url,
    number: 7,
    title: 'Use version 2',
    repository: 'acme/billing',
    state: 'open',
    base: 'main',
    head: 'loom/bump',
    updatedAt: '2026-11-21T08:00:00Z',
  });
});

it('names those who are asked instead of what they said before, while it is open', () => {
  const reviews = [
    { author: 'ada', state: 'changes_requested' as const },
    { author: 'linus', state: 'approved' as const },
  ];
  const asked = { ...pull, isDraft: true, requestedReviewers: ['ada'] };
  expect(pullRequestFacts(asked, { reviews })).toMatchObject({
    draft: true,
    reviews: [
      { author: 'linus', state: 'approved' },
      { author: 'ada', state: 'requested' },
    ],
  });
  expect(pullRequestFacts({ ...asked, state: 'merged' }, { reviews }).reviews).toEqual(reviews);
});

it('keeps fifty checks, those that failed first, and says how many there are', () => {
  const checks = Array.from({ length: 60 }, (_, index) => ({
    name: `check ${index}`,
    state: index === 59 ? ('failed' as const) : ('passed' as const),
    url: index === 59 ? 'javascript:alert(1)' : `https://ci.test/${index}`,
  }));
  const facts = pullRequestFacts(pull, { checks });
  expect(facts.checks).toHaveLength(50);
  expect(facts.checks?.[0]).toEqual({ name: 'check 59', state: 'failed' });
  expect(facts.checks?.[1]).toEqual({ name: 'check 0', state: 'passed', url: 'https://ci.test/0' });
  expect(facts.checkCount).toBe(60);
});
