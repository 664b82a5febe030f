// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../testing/render-page.tsx';
import { aMigration, aTime } from '../../testing/samples.ts';
import { aProblem, type Reply, stubServer } from '../../testing/stub-server.ts';

const newest = 'b'.repeat(64);
const oldest = 'a'.repeat(64);

const point = (at: string, completed: number, failing: number) => ({
  ...{ at, not_started: 3 - completed, running: 2, completed, failing },
});
const cluster = {
  fingerprint: 'first.0123456789abcdef',
  ...{ stepName: 'first', failureClass: 'invalid', message: 'The name is taken.', count: 7 },
  ...{ candidates: ['a', 'b', 'c', 'd', 'e'], firstAt: aTime, lastAt: aTime },
};
const revision = (id: string, over: object) => ({
  ...{ revision: id, firstAnnouncedAt: aTime, lastAnnouncedAt: aTime, isCurrent: false },
  ...over,
});

function serve(replies: Readonly<Record<string, Reply>> = {}) {
  return stubServer(({ path }) => {
    const [, found] = Object.entries(replies).find(([part]) => path.includes(part)) ?? [];
    if (found !== undefined) return found;
    if (path === '/migrations/sample') return { body: aMigration({ lastActivityAt: aTime }) };
    if (path.includes('/burndown')) {
      const resolution = path.includes('hour') ? 'hour' : 'day';
      const points = Array.from({ length: 5 }, (_, day) =>
        point(`2026-11-1${day}T00:00:00.000Z`, day > 2 ? 2 : 0, 1),
      );
      return { body: { resolution, points } };
    }
    if (path.includes('/failures')) return { body: { items: [cluster], total: 1 } };
    if (path.includes('/difference')) {
      const fields = [
        { path: '/config/image', change: 'changed', before: 'v1', after: 'v2' },
        { path: '/when', change: 'added', after: 'inputs.loud' },
      ];
      const steps = [
        { name: 'first', change: 'changed', indexBefore: 0, indexAfter: 1, fields },
        { name: 'gone', change: 'removed', indexBefore: 2, fields: [] },
      ];
      return {
        body: {
          from: oldest,
          to: newest,
          steps,
          requiredInputs: [],
          labelKeys: { added: ['tier'], removed: [] },
        },
      };
    }
    if (path.includes('/revisions')) {
      const items = [
        revision(newest, { isCurrent: true, workerVersion: '1.1.0', openRuns: 2 }),
        revision(oldest, {}),
      ];
      return { body: { items, total: 2 } };
    }
    return { body: { items: [], total: 0 } };
  });
}

describe('the progress of a migration', () => {
  it('shows how it went, with a table for those who do not see the chart', async () => {
    const { received } = serve();
    renderPage('/migrations/sample?tab=progress');
    const slider = await screen.findByRole('slider', { name: /Candidates over time/ });
    expect(slider.getAttribute('aria-valuetext')).toBe(
      '14 Nov 2026: 2 completed, 2 running, 1 of them failing, 1 not started',
    );
    const table = screen.getByRole('table', { name: /Candidates over time/, hidden: true });
    expect(within(table).getAllByRole('row', { hidden: true })).toHaveLength(3);
    expect(received.filter(({ path }) => path.includes('/burndown')).map(({ path }) => path)).toEqual([
      '/migrations/sample/burndown?resolution=day',
    ]);
  });

  it('is by hour when asked, and while there are few days', async () => {
    const few = { resolution: 'day', points: [point('2026-11-14T00:00:00.000Z', 0, 0)] };
    const { received } = serve({ 'resolution=day': { body: few } });
    const { history } = renderPage('/migrations/sample?tab=progress');
    await screen.findByRole('slider');
    expect(received.some(({ path }) => path.endsWith('resolution=hour'))).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'By day' }));
    await waitFor(() => expect(history.location.search).toBe('?tab=progress&by=day'));
  });

  it('says so when there is nothing to count yet, and what failed when it cannot be read', async () => {
    const none = { at: aTime, not_started: 0, running: 0, completed: 0, failing: 0 };
    serve({
      '/burndown': { body: { resolution: 'hour', points: [none] } },
      '/failures': { body: { items: [], total: 0 } },
    });
    renderPage('/migrations/sample?tab=progress');
    await screen.findByText('Nothing to count yet');
    await screen.findByText('Nothing waits for a person after a failure');
  });

  it('says what could not be read', async () => {
    serve({ '/failures': aProblem('unavailable', 503), '/burndown': aProblem('unavailable', 503) });
    renderPage('/migrations/sample?tab=progress');
    await waitFor(() => expect(screen.getAllByRole('alert')).toHaveLength(2));
    expect(screen.getByText(/Could not read what fails/)).toBeDefined();
  });

  it('groups what fails, and leads to those that fail so', async () => {
    serve();
    const { history } = renderPage('/migrations/sample?tab=progress');
    const link = await screen.findByRole('link', { name: '7 candidates at first' });
    expect(screen.getByText('The name is taken.')).toBeDefined();
    expect(screen.getByText(/and 2 others/)).toBeDefined();
    fireEvent.click(link);
    await screen.findByRole('button', { name: 'Remove filter: Fails at first in the same way' });
    expect(history.location.search).toBe('?failure=first.0123456789abcdef');
    await screen.findByText(/says, for one of them: The name is taken\./);
  });

  it('shows the beginning of a long message, and the whole on demand', async () => {
    const long = { ...cluster, message: `First line.\n${'more '.repeat(100)}`, count: 1, candidates: ['a'] };
    const some = { items: [long, { ...cluster, fingerprint: 'second.0123456789abcdef' }], total: 120 };
    serve({ '/failures': { body: some } });
    renderPage('/migrations/sample?tab=progress');
    await screen.findByText('First line.…');
    expect(screen.getByText('The whole message')).toBeDefined();
    expect(screen.getByRole('link', { name: 'Show all that fail' }).getAttribute('href')).toMatch(
      /failure=any/,
    );
  });
});

describe('a list that goes on', () => {
  /** Its first page, and what its cursor leads to. */
  const paged = (part: string, first: readonly object[], next: readonly object[]) => ({
    [`${part}?limit=50&cursor=c1`]: { body: { items: next, total: 2 } },
    [part]: { body: { items: first, total: 2, nextCursor: 'c1' } },
  });

  it('of failures shows rarer ones when asked', async () => {
    const rarer = { ...cluster, fingerprint: 'first.1', message: 'The disk is full.' };
    serve(paged('/failures', [cluster], [rarer]));
    renderPage('/migrations/sample?tab=progress');
    fireEvent.click(await screen.findByRole('button', { name: 'Show rarer failures' }));
    await screen.findByText('The disk is full.');
    expect(screen.getByText('The name is taken.')).toBeDefined();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Show rarer failures' })).toBeNull());
  });

  it('of revisions shows older ones when asked, and knows the first only then', async () => {
    serve(paged('/revisions', [revision(newest, { isCurrent: true })], [revision(oldest, {})]));
    renderPage('/migrations/sample?tab=revisions');
    await screen.findByText('The one before is not shown');
    expect(screen.getByText('1 of 2')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Show older revisions' }));
    await screen.findByText('The first');
    await screen.findByRole('heading', { name: 'What bbbbbbbbbb changed' });
  });
});

describe('the revisions of a migration', () => {
  it('are listed, and what the newest changed is shown', async () => {
    const { received } = serve();
    renderPage('/migrations/sample?tab=revisions');
    await screen.findByRole('heading', { name: 'What bbbbbbbbbb changed' });
    const [, row] = screen.getAllByRole('row');
    expect(row?.textContent).toMatch(/^bbbbbbbbbbCurrent.*1\.1\.0/u);
    await screen.findByText('config › image');
    for (const text of ['v1', 'v2', 'from number 1 to 2', 'was number 3', 'tier', 'Labels'])
      expect(screen.getByText(text)).toBeDefined();
    expect(
      received.some(
        ({ path }) => path === `/migrations/sample/revisions/${newest}/difference?from=${oldest}`,
      ),
    ).toBe(true);
  });

  it('that are alone have nothing to compare with', async () => {
    serve({ '/revisions': { body: { items: [revision(newest, { isCurrent: true })], total: 1 } } });
    renderPage('/migrations/sample?tab=revisions');
    await screen.findByText('Nothing to compare yet');
    expect(screen.getByText('very many')).toBeDefined();
    expect(screen.getByText('not told')).toBeDefined();
  });

  it('that do not differ say so', async () => {
    const same = {
      from: oldest,
      to: newest,
      steps: [],
      requiredInputs: [],
      labelKeys: { added: [], removed: [] },
    };
    serve({ '/difference': { body: same } });
    renderPage(`/migrations/sample?tab=revisions&from=${oldest}&to=${newest}`);
    await screen.findByText('Nothing differs');
  });
});

it('the last activity of a migration leads to all of it', async () => {
  serve();
  renderPage('/migrations/sample?tab=overview');
  const link = await screen.findByRole('link', { name: /^Activity, last / });
  expect(link.getAttribute('href')).toBe('/activity?migrationId=sample');
});

describe('an address of no migration', () => {
  it('says so, and where there are some', async () => {
    serve({ '/migrations/nope': aProblem('not-found', 404) });
    renderPage('/migrations/nope');
    expect((await screen.findByRole('alert')).textContent).toContain('There is no migration nope');
    expect(screen.getByRole('link', { name: 'See the migrations' }).getAttribute('href')).toBe('/');
  });

  it('says at once that discovery was refused', async () => {
    const away = { ...aProblem('worker-unavailable', 503), headers: { 'retry-after': '10' } };
    const asked = aMigration({
      capabilities: { dryRun: true, compensate: true, cancel: true, discover: true },
    });
    const { received } = stubServer(({ method, path }) => {
      if (method === 'POST') return away;
      return { body: path === '/migrations/sample' ? asked : { items: [], total: 0 } };
    });
    renderPage('/migrations/sample');
    fireEvent.click(await screen.findByRole('button', { name: 'Discover now' }));
    await screen.findByText('Discovery was not asked for: title of worker-unavailable');
    expect(received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
