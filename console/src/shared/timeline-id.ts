const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const traceId = /^[0-9a-f]{32}$/i;
const pullRequest = /^https?:\/\/\S+\/(pulls?|merge_requests|pull-requests)\/\d+/i;
const pullRequestName = /^[\w.-]+(\/[\w.-]+)+#\d+$/;

/** Whether the text can be the id of a run at all. */
export function isRunId(text: string): boolean {
  return uuid.test(text);
}

/** What somebody pasted looks like: an id that has a timeline, or nothing of the kind. */
export function timelineIdKind(text: string): 'id' | 'trace' | 'pull request' | undefined {
  const trimmed = text.trim();
  if (uuid.test(trimmed)) return 'id';
  if (traceId.test(trimmed)) return 'trace';
  if (pullRequest.test(trimmed) || pullRequestName.test(trimmed)) return 'pull request';
  return undefined;
}
