// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render-page.tsx';
import { aCandidate, aMigration, anAttempt, anEvent, aRow, aStep } from '../testing/samples.ts';
import { type Reply, stubServer } from '../testing/stub-server.ts';

const at = '2020-01-01T10:00:00.000Z';
const running = {
  status: 'running',
  runState: 'in_progress',
  since: at,
  step: 'first',
  stepIndex: 0,
} as const;

const moving = aMigration({
  counts: { status: { not_started: 1, running: 2, completed: 0 }, runState: { in_progress: 2 } },
  failing: 0,
});

/** A world in which something runs, so that everything polls at its fastest, and nothing changes. */
function answer(path: string): Reply {
  const [where = ''] = path.split('?');
  if (where === '/migrations/sample/candidates')
    return { body: { items: [aRow('a/b', running), aRow('a/c', running)], total: 2 } };
  if (where.endsWith('/steps')) {
    const active = aStep('first', {
      state: 'active',
      attempts: [anAttempt({ startedAt: at, endedAt: at })],
    });
    return {
      body: {
        runId: 'r',
        status: 'running',
        runState: 'in_progress',
        source: 'query',
        asOf: at,
        steps: [active, aStep('second')],
      },
    };
  }
  if (where.endsWith('/runs')) return { body: { items: [], total: 0 } };
  if (where.startsWith('/migrations/sample/candidates/'))
    return { body: aCandidate({ ...running, runId: 'r' }) };
  if (where === '/migrations/sample') return { body: moving };
  if (where === '/events') return { body: { items: [anEvent('1', { at })] } };
  if (where === '/attention') return { body: { groups: [], items: [] } };
  if (where === '/migrations') return { body: { items: [moving] } };
  return { body: { items: [], total: 0 } };
}

const pages = [
  { address: '/', shows: 'Sample migration', polls: '/migrations' },
  { address: '/migrations/sample', shows: 'a/c', polls: '/migrations/sample/candidates' },
  {
    address: '/migrations/sample/candidates/one',
    shows: 'first',
    polls: '/migrations/sample/candidates/one/steps',
  },
  { address: '/activity', shows: 'step.succeeded', polls: '/events' },
];

it.each(pages)(
  'a poll of $address that changes nothing renders nothing',
  async ({ address, shows, polls }) => {
    const { received } = stubServer(({ path }) => answer(path));
    const { commits } = renderPage(address);
    await screen.findAllByText(shows);
    const polled = () => received.filter(({ path }) => path.split('?')[0] === polls).length;
    await waitFor(() => expect(polled()).toBeGreaterThanOrEqual(2));
    const [commitsBefore, polledBefore] = [commits(), polled()];
    await waitFor(() => expect(polled()).toBeGreaterThanOrEqual(polledBefore + 2));
    expect(commits()).toBe(commitsBefore);
  },
);
