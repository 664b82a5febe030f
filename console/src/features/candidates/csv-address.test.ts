// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { csvAddress } from './csv-address.ts';

describe('the CSV of what is shown', () => {
  it('has the same filters and order, whatever is in them', () => {
    expect(csvAddress('charts', {})).toBe('/api/v1/migrations/charts/candidates.csv');
    const filters = { status: 'running', label: ['team=a&b', 'tier=1'], q: 'größe', sort: '-since' } as const;
    expect(csvAddress('charts', filters)).toBe(
      '/api/v1/migrations/charts/candidates.csv?status=running&q=gr%C3%B6%C3%9Fe&sort=-since&label=team%3Da%26b&label=tier%3D1',
    );
  });
});
