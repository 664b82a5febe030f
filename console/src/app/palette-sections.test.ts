import { expect, it, vi } from 'vitest';
import { aMigration, aRow } from '../testing/samples.ts';
import { paletteSections } from './palette-sections.ts';

const content = {
  migrations: [aMigration({ owner: 'networking' }), aMigration({ id: 'other', name: 'Other' })],
  migrationId: 'sample',
  candidates: [{ migrationId: 'sample', migrationName: 'Sample migration', candidate: aRow('a/b') }],
  actions: [{ id: 'discover', label: 'Discover now', run: vi.fn() }],
  settings: [{ id: 'dark', label: 'Dark theme', run: vi.fn() }],
};
const labels = (text: string) =>
  paletteSections({ ...content, text, go: vi.fn() }).map(({ name, entries }) => [
    name,
    entries.map(({ label }) => label),
  ]);

it('Without a text the palette offers everything, what can be done here first', () => {
  expect(labels('')).toEqual([
    ['Actions', ['Discover now']],
    ['Candidates of this migration', ['a/b']],
    ['Migrations', ['Sample migration', 'Other']],
    ['Pages', ['Home', 'Workers', 'Timeline', 'Deliveries', 'Activity', 'Dead letters', 'Components']],
    ['Settings', ['Dark theme']],
  ]);
});

it('With one it offers what contains every word', () => {
  expect(labels('NETW sample')).toEqual([
    ['Candidates of this migration', ['a/b']],
    ['Migrations', ['Sample migration']],
  ]);
  expect(labels('dark')).toContainEqual(['Settings', ['Dark theme']]);
});

it('Away from any migration a candidate says which one it is of', () => {
  const found = [{ migrationId: 'other', migrationName: 'Other', candidate: aRow('a/b') }];
  const [first] = paletteSections({
    ...content,
    migrationId: undefined,
    actions: [],
    candidates: found,
    text: 'a/b',
    go: vi.fn(),
  });
  expect(first?.name).toBe('Candidates');
  expect(first?.entries[0]?.hint).toMatch(/ · Other$/);
});

it('A worker is found by its name', () => {
  const go = vi.fn();
  const migrations = [aMigration({ workerApp: 'charts' }), aMigration({ id: 'other', workerApp: 'charts' })];
  const sections = paletteSections({ ...content, migrations, candidates: [], text: 'chart', go });
  const workers = sections.find(({ name }) => name === 'Workers');
  expect(workers?.entries.map(({ label }) => label)).toEqual(['charts']);
  workers?.entries[0]?.run();
  expect(go).toHaveBeenCalledWith({ to: '/workers', hash: 'charts' });
});

it('A candidate is gone to with its id as it is', () => {
  const go = vi.fn();
  const sections = paletteSections({ ...content, text: '', go });
  sections.find(({ name }) => name.startsWith('Candidates'))?.entries[0]?.run();
  expect(go).toHaveBeenCalledWith(
    expect.objectContaining({ params: { migrationId: 'sample', candidateId: 'a/b' } }),
  );
});

it.each([
  ['01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d', 'id'],
  ['4bf92f3577b34da6a3ce929d0e0e4736', 'trace'],
  [' acme/billing#42 ', 'pull request'],
  ['https://forge.test/acme/billing/pull/42', 'pull request'],
])('A pasted %s is offered with its timeline', (text, kind) => {
  const go = vi.fn();
  const [first] = paletteSections({ ...content, candidates: [], text, go });
  expect(first?.name).toBe('Timeline');
  expect(first?.entries[0]?.hint).toBe(`Timeline of this ${kind}`);
  first?.entries[0]?.run();
  expect(go).toHaveBeenCalledWith({ to: '/timeline', search: { id: text.trim() } });
});

it('As many candidates as were asked for lead to all that contain the text', () => {
  const go = vi.fn();
  const eight = Array.from({ length: 8 }, (_, n) => ({
    ...{ migrationId: 'sample', migrationName: 'Sample' },
    candidate: aRow(`acme/a${n}`),
  }));
  const entriesOf = (text: string, candidates: typeof eight) =>
    paletteSections({ ...content, migrationId: 'sample', candidates, text, go }).find(({ name }) =>
      name.startsWith('Candidates'),
    )?.entries ?? [];
  const last = entriesOf(' acme ', eight).at(-1);
  expect(last?.label).toBe('All that contain “acme”');
  last?.run();
  expect(go).toHaveBeenCalledWith(expect.objectContaining({ search: { q: 'acme' } }));
  expect(entriesOf('acme', eight.slice(1))).toHaveLength(7);
  expect(entriesOf('', eight)).toHaveLength(8);
});
