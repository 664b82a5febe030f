import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarker, withMarker } from './pull-request-marker.ts';

const facts = { migration: 'app-chart', candidate: 'billing', run: 'r', step: 's', attempt: 1 };

describe('the marker of a pull request', () => {
  it('is unseen behind the body and is replaced, not added, by a newer one', () => {
    const body = withMarker('Why.\n', facts);
    expect(body).toBe(
      'Why.\n\n<!-- loom {"migration":"app-chart","candidate":"billing","run":"r","step":"s","attempt":1} -->\n',
    );
    expect(withMarker(body, { ...facts, attempt: 2 })).toBe(body.replace('"attempt":1', '"attempt":2'));
  });

  it('comes back as it was, whatever the candidate is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (candidate) => {
        const body = withMarker('Why.', { ...facts, candidate });
        expect(body.match(/-->/g)).toHaveLength(1);
        expect(readMarker(body)).toEqual({ ...facts, candidate });
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['no marker', 'text'],
    ['broken JSON', '<!-- loom {x} -->'],
    ['other facts', '<!-- loom {"a":1} -->'],
  ])('is not found in %s', (_case, body) => {
    expect(readMarker(body)).toBeUndefined();
  });
});
