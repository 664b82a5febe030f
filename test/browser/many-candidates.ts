import type { Page } from 'playwright-core';

/** As many as a migration may have. */
export const MANY = 100_000;

/**
 * Answers the candidates of a migration in the server's place, so that what is measured is the console. The rows are
 * as full as rows get: labels, a state with its reason, a step.
 */
export async function serveManyCandidates(page: Page, migrationId: string): Promise<void> {
  await page.route(`**/api/v1/migrations/${migrationId}/candidates?**`, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const total = query.has('status') || query.has('q') ? MANY / 10 : MANY;
    const from = Number(query.get('cursor') ?? 0);
    const to = Math.min(from + Number(query.get('limit')), total);
    const items = Array.from({ length: to - from }, (_, index) => rowAt(from + index));
    return route.fulfill({
      headers: { etag: `"${total} ${from}"` },
      json: { items, total, ...(to < total && { nextCursor: String(to) }) },
    });
  });
}

function rowAt(index: number) {
  return {
    id: `org/repository-${String(index).padStart(6, '0')}`,
    kind: 'repository',
    labels: { team: `team-${index % 40}`, tier: String(index % 3), language: 'go' },
    metadata: {},
    status: 'running',
    runState: index % 3 === 0 ? 'awaiting_retry' : 'in_progress',
    reason: 'The chart could not be rendered: all mapping items must start at the same column.',
    who: index % 3 === 0 ? 'operator' : 'worker',
    since: '2026-11-20T10:00:00.000Z',
    step: 'generate-chart',
    stepIndex: 1,
    stepCount: 6,
    lastSeen: '2026-11-20T10:00:00.000Z',
  };
}
