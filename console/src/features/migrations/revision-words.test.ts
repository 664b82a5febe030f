import { describe, expect, it } from 'vitest';
import { placeWords, valueText, wordsOfPath } from './revision-words.ts';

describe('a difference in words', () => {
  it('counts places as people do', () => {
    const place = (indexBefore?: number, indexAfter?: number) =>
      placeWords({
        ...{ name: 'a', change: 'moved', fields: [] },
        ...(indexBefore !== undefined && { indexBefore }),
        ...(indexAfter !== undefined && { indexAfter }),
      });
    expect([place(), place(undefined, 2), place(2), place(1, 1), place(0, 4)]).toEqual([
      ...[undefined, 'as number 3', 'was number 3', undefined, 'from number 1 to 5'],
    ]);
  });

  it('reads pointers and values', () => {
    expect(wordsOfPath('/config/a~1b/c~0d')).toBe('config › a/b › c~d');
    expect([valueText('x'), valueText(''), valueText([1, 'y']), valueText(null)]).toEqual([
      ...['x', '""', '[1,"y"]', 'null'],
    ]);
    expect(valueText({ long: 'x'.repeat(90) })).toContain('\n');
  });
});
