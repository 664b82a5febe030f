import { expect, it } from 'vitest';
import { columnsFor, leastRem, metadataKeysOf } from './columns.ts';

it('there is a column for each label key and each kind of metadata', () => {
  const rows = [{ metadata: { language: 'Go', size: 3 } }, { metadata: { language: 'TypeScript' } }];
  const columns = columnsFor(['team'], metadataKeysOf(rows));
  expect(columns.map(({ label }) => label)).toEqual([
    ...['Step', 'Waiting on', 'Since', 'Pull request', 'Attempt', 'Kind', 'Last seen'],
    ...['team', 'language', 'size'],
  ]);
  expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length);
});

it('a table is at least as wide as its columns and the gaps between them', () => {
  expect(leastRem(['2.25rem', 'minmax(13rem, 1.7fr)', '9.5rem'])).toBe(26.25);
  expect(leastRem(['1fr'])).toBe(0);
});
