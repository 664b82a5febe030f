// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Timeline, TimelineItem } from '../../shared/contract.ts';
import { paceMs } from '../../shared/pace.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aProblem, stubServer } from '../../testing/stub-server.ts';
import { gapBetween } from './timeline-gaps.ts';
import { saySubject } from './timeline-words.ts';

const runId = '00000000-0000-4000-8000-000000000001';
const run = { migrationId: 'sample', candidateId: 'a/b', runId };

function anItem(id: string, at: string, over: Partial<TimelineItem> = {}): TimelineItem {
  const facts = { source: 'engine', type: 'run.started', outcome: 'noted', text: `Text of ${id}.` } as const;
  return { id, at: `2026-11-20T${at}.000Z`, ...facts, ...run, ...over };
}
const items = [
  anItem('one', '10:00:00', { source: 'person' }),
  anItem('two', '10:00:01', {
    source: 'forge',
    link: 'https://forge/1',
    outcome: 'succeeded',
    data: { reason: 'because it was' },
  }),
  anItem('three', '12:05:01', {
    ...{ stepName: 'push', attempt: 2, durationMs: 1_200, deliveryId: 'd-1', outcome: 'failed' },
  }),
];

function serve(over: Partial<Timeline> = {}, all = items) {
  return stubServer(({ path }) => {
    const query = new URLSearchParams(path.split('?')[1]);
    if (!path.startsWith('/timeline')) return { body: { items: [], total: 0 } };
    if (query.get('id') === 'nothing') return aProblem('not-found', 404);
    const sources = query.getAll('source');
    const ordered = query.get('order') === 'oldest' ? all : all.toReversed();
    const fitting = ordered.filter(({ source }) => sources.length === 0 || sources.includes(source));
    const from = Number(query.get('cursor') ?? 0);
    const next = from + 2 < fitting.length ? { nextCursor: String(from + 2) } : {};
    const subject = { kind: 'run', runs: [run] } as const;
    const page = { items: fitting.slice(from, from + 2), total: fitting.length, isCut: false, ...next };
    return { body: { subject, ...page, ...over } };
  });
}

afterEach(() => vi.useRealTimers());

describe('a timeline', () => {
  it('begins with the newest, and goes back when it is asked to', async () => {
    serve();
    renderPage(`/timeline?id=${runId}`);
    const list = await screen.findByRole('list', { name: 'Timeline, the newest first' });
    const texts = () =>
      within(list)
        .queryAllByText(/^Text of/)
        .map(({ textContent }) => textContent);
    expect(texts()).toEqual(['Text of three.', 'Text of two.']);
    fireEvent.click(screen.getByRole('button', { name: 'Show what came before' }));
    await waitFor(() => expect(texts()).toEqual(['Text of three.', 'Text of two.', 'Text of one.']));
    expect(screen.queryByRole('button', { name: 'Show what came before' })).toBeNull();
  });

  it('shows on top what happens while it is looked at, until it is told to stand still', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const all = [...items];
    const { received } = serve({}, all);
    const { history } = renderPage(`/timeline?id=${runId}`);
    const list = await screen.findByRole('list', { name: 'Timeline, the newest first' });
    const first = () => within(list).queryAllByText(/^Text of/)[0]?.textContent;
    expect(first()).toBe('Text of three.');
    all.push(anItem('four', '12:06:00'));
    await vi.advanceTimersByTimeAsync(paceMs.idle);
    await waitFor(() => expect(first()).toBe('Text of four.'));
    fireEvent.click(screen.getByRole('button', { name: 'Live' }));
    await waitFor(() => expect(history.location.search).toBe(`?id=${runId}&live=off`));
    const asked = () => received.filter(({ path }) => path.startsWith('/timeline')).length;
    const before = asked();
    await vi.advanceTimersByTimeAsync(paceMs.hidden);
    expect(asked()).toBe(before);
  });

  it('keeps what is there, and the focus, until it is there in the other order', async () => {
    serve();
    const { history } = renderPage(`/timeline?id=${runId}`);
    await screen.findByText('Text of three.');
    const other = screen.getByRole('button', { name: 'Oldest first' });
    other.focus();
    fireEvent.click(other);
    await screen.findByText('Text of one.');
    expect(history.location.search).toBe(`?id=${runId}&order=oldest`);
    expect(document.activeElement).toBe(other);
    fireEvent.click(screen.getByRole('button', { name: 'Newest first' }));
    await waitFor(() => expect(history.location.search).toBe(`?id=${runId}`));
  });

  it('tells what happened in order, with its sources in words, and the time in between', async () => {
    serve();
    renderPage(`/timeline?id=${runId}&order=oldest`);
    fireEvent.click(await screen.findByRole('button', { name: 'Show what came next' }));
    await screen.findByText('Text of three.');
    const entries = within(screen.getByRole('list', { name: 'Timeline, the oldest first' }))
      .getAllByRole('listitem')
      .map((entry) => entry.textContent);
    expect(entries[1]).toContain('Text of one.Person');
    expect(entries[2]).toContain('Text of two.ForgeOpen at the forge');
    expect(entries[2]).toContain('Succeeded');
    expect(entries[3]).toBe('Nothing for 2 h 5 min');
    expect(entries[4]).toContain('Text of three.Engineattempt 21.2 sHeaders and bodies');
    expect(screen.getByRole('link', { name: 'Headers and bodies' }).getAttribute('href')).toContain(
      'delivery=d-1',
    );
    expect(screen.getByRole('link', { name: 'a/b' }).getAttribute('href')).toBe(
      `/migrations/sample/candidates/a%2Fb?run=${runId}`,
    );
  });

  it('opens the raw data of each entry', async () => {
    serve();
    renderPage(`/timeline?id=${runId}`);
    const first = (await screen.findByText('Text of two.')).closest('li') as HTMLElement;
    fireEvent.click(within(first).getByRole('button', { name: 'Raw data' }));
    expect(within(first).getByText('because it was')).toBeTruthy();
  });

  it('is filtered by source, in the URL', async () => {
    serve();
    const { history } = renderPage(`/timeline?id=${runId}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Forge' }));
    await waitFor(() => expect(history.location.search).toBe(`?id=${runId}&source=forge`));
    await waitFor(() => expect(screen.queryByText('Text of three.')).toBeNull());
    await screen.findByText('1 entry');
    fireEvent.click(screen.getByRole('button', { name: 'Forge' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Git' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
    await screen.findByText('Text of three.');
  });

  it('is asked for by any id', async () => {
    serve({ isCut: true, subject: { kind: 'candidate', runs: [], candidate: run } });
    const { history } = renderPage('/timeline');
    await screen.findByText('Paste an id');
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: ' sample/a/b ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    await waitFor(() => expect(history.location.search).toBe('?id=sample%2Fa%2Fb'));
    await screen.findByText(/^Every run of a\/b/);
    expect(screen.getByRole('link', { name: 'Open the candidate' })).toBeTruthy();
    expect(screen.getByText(/the oldest is left out/)).toBeTruthy();
  });

  it('of what nobody knows says so', async () => {
    serve();
    renderPage('/timeline?id=nothing');
    await screen.findByText('Nothing is known of “nothing”');
    expect(screen.getByText(/^Title of not-found It may be mistyped/)).toBeTruthy();
  });
});

it('a pause is told once it is worth telling, and begins when the last thing ended', () => {
  const before = anItem('a', '10:00:00', { durationMs: 30_000 });
  const after = anItem('b', '10:01:30');
  expect(gapBetween(anItem('b', '10:01:29'), before)).toBeUndefined();
  expect(gapBetween(after, before)).toBe('Nothing for 1 min');
  expect(gapBetween(before, after)).toBe('Nothing for 1 min');
  expect(gapBetween(before, undefined)).toBeUndefined();
});

it('a subject is told with how many runs it has', () => {
  expect(saySubject({ kind: 'trace', runs: [] })).toBe('A trace that started no run');
  expect(saySubject({ kind: 'trace', runs: [run, run] })).toBe('A trace that started 2 runs, of');
  expect(saySubject({ kind: 'pull-request', runs: [run] })).toBe('A pull request that 1 run named, of');
  expect(saySubject({ kind: 'delivery', runs: [] })).toBe('A delivery that belongs to no run');
  expect(saySubject({ kind: 'delivery', runs: [run] })).toBe('A delivery, with its whole run, of');
  expect(saySubject({ kind: 'candidate', runs: [] })).toBe('Every run of a candidate');
});
