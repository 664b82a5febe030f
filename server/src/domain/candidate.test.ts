import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWorkflowId, utf8Length, whyInvalidCandidateId, workflowIdOf } from './candidate.ts';
import { SLUG } from './step.ts';

describe('a candidate id', () => {
  test.each([
    'web',
    'org/repo',
    'a__b',
    '..hidden',
    'naïve',
    '日本語',
    '100%',
    'a b',
    '🙂',
    '\u{1F468}\u200D',
  ])('may be %s', (id) => {
    expect(whyInvalidCandidateId(id)).toBeUndefined();
  });

  test.each([
    ['', 'must not be empty'],
    ['\uD800', 'well-formed Unicode'],
    ['é'.repeat(128), 'at most 255 bytes'],
    ['a\u0000b', 'no control characters'],
    ['a\u0085b', 'no control characters'],
    [' a', 'no leading or trailing space'],
    ['a\u00A0', 'no leading or trailing space'],
    ['.', 'is not "." or ".."'],
    ['..', 'is not "." or ".."'],
    ['e\u0301', 'NFC'],
  ])('is not %j', (id, why) => {
    expect(whyInvalidCandidateId(id)).toContain(why);
  });

  test('may have exactly 255 bytes', () => {
    expect(whyInvalidCandidateId(`${'é'.repeat(127)}a`)).toBeUndefined();
  });
});

const character = fc.integer({ min: 0, max: 0x10_ff_ff }).map((point) => String.fromCodePoint(point));
const text = fc.array(character.filter((one) => !/\p{Surrogate}/u.test(one))).map((all) => all.join(''));

test('bytes of UTF-8 are counted as an encoder does', () => {
  fc.assert(
    fc.property(text, (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

describe('a workflow ID', () => {
  test('gives back the migration and the candidate that it was made of, so no two share one (trap 5)', () => {
    const migrationId = fc.stringMatching(SLUG);
    fc.assert(
      fc.property(migrationId, fc.string({ minLength: 1 }), (migration, candidate) => {
        expect(splitWorkflowId(workflowIdOf(migration, candidate))).toEqual({
          migrationId: migration,
          candidateId: candidate,
        });
      }),
    );
  });

  test('is different for different pairs', () => {
    expect(workflowIdOf('a', '_b')).not.toBe(workflowIdOf('a', 'b'));
    expect(splitWorkflowId('a___b')).toEqual({ migrationId: 'a', candidateId: '_b' });
  });

  test.each(['', 'paint', '__web', 'paint__', 'paint_web'])('is not %j', (id) => {
    expect(splitWorkflowId(id)).toBeUndefined();
  });
});
