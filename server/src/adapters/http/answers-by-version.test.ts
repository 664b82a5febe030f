import { expect, test } from 'vitest';
import { createAnswersByVersion } from './answers-by-version.ts';

const made = (version: number) => ({ version, answer: { status: 200 } });

test('an answer is found by what it was asked for, with its version, as the same object', () => {
  const answers = createAnswersByVersion<object>();
  expect(answers.find('a')).toBeUndefined();
  const [first, other, second] = [made(1), made(1), made(2)];
  answers.keep('a', first);
  answers.keep('b', other);
  expect(answers.find('a')?.answer).toBe(first.answer);
  answers.keep('a', second);
  expect(answers.find('a')).toBe(second);
  expect(answers.find('b')).toBe(other);
});

test('it is forgotten after its time, and when many others were kept since', () => {
  let time = 0;
  const answers = createAnswersByVersion<object>(() => time);
  answers.keep('a', made(1));
  time = 29_999;
  expect(answers.find('a')).toBeDefined();
  time = 30_000;
  expect(answers.find('a')).toBeUndefined();
  answers.keep('a', made(1));
  for (let other = 0; other < 31; other += 1) answers.keep(`other-${other}`, made(1));
  expect(answers.find('a')).toBeDefined();
  answers.keep('one-more', made(1));
  expect(answers.find('a')).toBeUndefined();
});
