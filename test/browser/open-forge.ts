import { Octokit } from '@octokit/rest';
import { inject } from 'vitest';

/** The local forge's API, as the person who reviews and merges. */
export function openForge(): Octokit {
  return new Octokit({
    baseUrl: `${inject('forgeUrl')}/api/v3`,
    auth: inject('forgeToken'),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

/** Where a pull request is, from its page's address. */
export function pullRequestAt(url: string): { owner: string; repo: string; pull_number: number } {
  const [, owner = '', repo = '', number = ''] = /\/([^/]+)\/([^/]+)\/pull\/(\d+)$/.exec(url) ?? [];
  return { owner, repo, pull_number: Number(number) };
}
