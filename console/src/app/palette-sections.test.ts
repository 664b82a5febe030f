import { expect, it, vi } from 'vitest';
import { aMigration, aRow } from '../testing/samples.ts';
import { paletteSections } from './palette-sections.ts';

const content = {
  migrations: [aMigration({ owner: 'networking' }), aMigration({ id: 'other', name: 'Other' })],
  migrationId: 'sample',
  candidates: [aRow('a/b')],
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
    ['Pages', ['Home', 'Workers', 'Activity', 'Dead letters', 'Components']],
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

it('A candidate is gone to with its id as it is', () => {
  const go = vi.fn();
  const sections = paletteSections({ ...content, text: '', go });
  sections.find(({ name }) => name.startsWith('Candidates'))?.entries[0]?.run();
  expect(go).toHaveBeenCalledWith(
    expect.objectContaining({ params: { migrationId: 'sample', candidateId: 'a/b' } }),
  );
});
