import type { PullRequestFacts } from './contract.ts';

const states = ['open', 'merged', 'closed'] as const;
const checkStates = ['running', 'passed', 'failed', 'skipped'] as const;
const reviewStates = ['approved', 'changes_requested', 'commented', 'dismissed', 'requested'] as const;
const mergeable = ['yes', 'conflicts', 'unknown'] as const;

type Read<T> = (value: unknown) => T | undefined;

/**
 * The pull request of an attempt, as its worker told it in the well-known metadata key; undefined where what it told is
 * not that. The server does not read metadata, so nothing in it is trusted.
 */
export function readPullRequestFacts(value: unknown): PullRequestFacts | undefined {
  if (!isRecord(value)) return undefined;
  const url = link(value['url']);
  const number = count(value['number']);
  const title = text(value['title']);
  const state = oneOf(states)(value['state']);
  if (url === undefined || number === undefined || title === undefined || state === undefined)
    return undefined;
  return {
    ...{ url, number, title, state },
    ...optional('repository', text(value['repository'])),
    ...(value['draft'] === true && { draft: true }),
    ...optional('base', text(value['base'])),
    ...optional('head', text(value['head'])),
    ...optional('checks', listOf(readCheck)(value['checks'])),
    ...optional('checkCount', count(value['checkCount'])),
    ...optional('reviews', listOf(readReview)(value['reviews'])),
    ...optional('mergeable', oneOf(mergeable)(value['mergeable'])),
    ...optional('additions', count(value['additions'])),
    ...optional('deletions', count(value['deletions'])),
    ...optional('changedFiles', count(value['changedFiles'])),
    ...optional('updatedAt', time(value['updatedAt'])),
  };
}

export type Check = NonNullable<PullRequestFacts['checks']>[number];
export type Review = NonNullable<PullRequestFacts['reviews']>[number];

function readCheck(value: unknown): Check | undefined {
  if (!isRecord(value)) return undefined;
  const name = text(value['name']);
  const state = oneOf(checkStates)(value['state']);
  if (name === undefined || state === undefined) return undefined;
  return { name, state, ...optional('url', link(value['url'])) };
}

function readReview(value: unknown): Review | undefined {
  if (!isRecord(value)) return undefined;
  const author = text(value['author']);
  const state = oneOf(reviewStates)(value['state']);
  return author === undefined || state === undefined ? undefined : { author, state };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text: Read<string> = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
const link: Read<string> = (value) => {
  const url = text(value);
  return url !== undefined && /^https?:\/\//.test(url) ? url : undefined;
};
const time: Read<string> = (value) => {
  const at = text(value);
  return at === undefined || Number.isNaN(Date.parse(at)) ? undefined : at;
};
const count: Read<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

function oneOf<T extends string>(allowed: readonly T[]): Read<T> {
  return (value) => allowed.find((entry) => entry === value);
}

function listOf<T>(read: Read<T>): Read<T[]> {
  return (value) => (Array.isArray(value) ? value.flatMap((entry: unknown) => read(entry) ?? []) : undefined);
}

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
