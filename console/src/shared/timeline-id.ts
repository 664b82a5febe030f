import { isUuid } from './ids.ts';

const traceId = /^[0-9a-f]{32}$/i;
const pullRequest = /^https?:\/\/\S+\/(pulls?|merge_requests|pull-requests)\/\d+/i;
const pullRequestName = /^[\w.-]+(\/[\w.-]+)+#\d+$/;

/** What somebody pasted looks like: an id that has a timeline, or nothing of the kind. */
export function timelineIdKind(text: string): 'id' | 'trace' | 'pull request' | undefined {
  const trimmed = text.trim();
  if (isUuid(trimmed)) return 'id';
  if (traceId.test(trimmed)) return 'trace';
  if (pullRequest.test(trimmed) || pullRequestName.test(trimmed)) return 'pull request';
  return undefined;
}
