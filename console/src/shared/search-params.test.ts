import { describe, expect, it } from 'vitest';
import { oneOfParam, parseSearch, stringifySearch, textParam, textParams } from './search-params.ts';

describe('search params', () => {
  it('come back as they were written, whatever is in them', () => {
    const record = { q: 'a&b=c #1/ü %2F', label: ['team=earth & moon', 'tier=1'] };
    expect(parseSearch(stringifySearch(record))).toEqual(record);
  });

  it('are plain text, so that a number stays what was typed', () => {
    expect(stringifySearch({ q: '123' })).toBe('?q=123');
    expect(parseSearch('?q=123')).toEqual({ q: '123' });
  });

  it('leave out what is empty', () => {
    expect(stringifySearch({ q: '', status: undefined })).toBe('');
  });

  it('are ignored where they are not what they should be', () => {
    expect(oneOfParam({ sort: 'size' }, 'sort', ['id'])).toBeUndefined();
    expect(textParam({ q: ['first', 'second'] }, 'q')).toBe('first');
    expect(textParams({ label: 'one' }, 'label')).toEqual(['one']);
    expect(textParams({}, 'label')).toEqual([]);
  });
});
