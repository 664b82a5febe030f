import { describe, expect, test } from 'vitest';
import { toProse, whatWasSaid } from './prose.ts';

describe('prose', () => {
  test.each([
    ['an override that turns what follows', 'run \u202egpj.exe\u202c now', 'run gpj.exe now'],
    ['isolates and embeddings', '\u2066a\u2067b\u2068c\u2069\u202ad\u202be', 'abcde'],
    ['the colours of a terminal', '\u001b[1;31mFAILED\u001b[0m tests', 'FAILED tests'],
    ['other controls', 'a\u0000b\u0007c\u0008d\u009be\u007ff', 'abcdef'],
    ['a return that writes over the line', 'deleted\rkept', 'deleted\nkept'],
    ['the ends of lines of another system', 'one\r\ntwo', 'one\ntwo'],
  ])('is without %s', (_, given, expected) => {
    expect(toProse(given)).toBe(expected);
  });

  test.each(['Zeile eins\n\tzwei', 'שלום, world', 'a\u200fb', '👩\u200d🚀', ''])('keeps %j', (text) => {
    expect(toProse(text)).toBe(text);
  });
});

test.each([
  ['', undefined],
  [' \u00a0\n', undefined],
  [undefined, undefined],
  [' No. ', ' No. '],
])('of %j what was said is %j', (text, said) => {
  expect(whatWasSaid(text)).toBe(said);
});
