import type { components } from '@loom/api';
import type { PullRequest } from './pull-request.ts';

type Facts = components['schemas']['PullRequestFacts'];

/** The well-known metadata key `pullRequest`, as the contract has it. */
export type PullRequestFacts = Readonly<Facts>;
export type Check = NonNullable<Facts['checks']>[number];
export type Review = NonNullable<Facts['reviews']>[number];

/** What a look at a pull request may tell beside the pull request itself. */
export type SeenFacts = Pick<
  PullRequestFacts,
  'checks' | 'reviews' | 'mergeable' | 'additions' | 'deletions' | 'changedFiles'
>;

const maxItems = 50;
const maxNameLength = 200;
const maxUrlLength = 2_000;
const order = { failed: 0, running: 1, passed: 2, skipped: 3 } as const satisfies Record<
  Check['state'],
  number
>;

/** Pull request, checks and reviews in the contract's words and limits; nothing that was not read is made up. */
export function pullRequestFacts(pull: PullRequest, seen: SeenFacts = {}): PullRequestFacts {
  const { checks, reviews, ...rest } = seen;
  const isOpen = pull.state === 'open';
  const asked = isOpen ? pull.requestedReviewers : [];
  const said = (reviews ?? []).filter(({ author }) => !asked.includes(author));
  const everyone = [...said, ...asked.map((author) => ({ author, state: 'requested' }) as const)];
  return {
    url: pull.url,
    number: pull.number,
    title: pull.title,
    repository: pull.repository,
    state: pull.state,
    ...(pull.isDraft && { draft: true }),
    base: pull.base,
    head: pull.branch,
    ...(checks !== undefined && boundChecks(checks)),
    ...((reviews !== undefined || everyone.length > 0) && { reviews: everyone.slice(0, maxItems) }),
    ...rest,
    ...(pull.updatedAt !== undefined && { updatedAt: pull.updatedAt }),
  };
}

function boundChecks(checks: readonly Check[]): Pick<Facts, 'checks' | 'checkCount'> {
  const first = checks.toSorted((one, other) => order[one.state] - order[other.state]).slice(0, maxItems);
  return {
    checks: first.map(({ name, state, url }) => ({
      name: name.slice(0, maxNameLength),
      state,
      ...(isLink(url) && { url }),
    })),
    ...(checks.length > maxItems && { checkCount: checks.length }),
  };
}

function isLink(url: string | undefined): url is string {
  return url !== undefined && url.length <= maxUrlLength && /^https?:\/\//.test(url);
}

/** How many checks or reviews are in a state. */
export function countOf<State extends string>(
  items: readonly { readonly state: State }[] | undefined,
  wanted: State,
): number {
  return items?.filter(({ state }) => state === wanted).length ?? 0;
}
