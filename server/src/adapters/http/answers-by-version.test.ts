import { expect, test } from 'vitest';
import { createAnswersByVersion } from './answers-by-version.ts';

let made = 0;
const make = async () => {
  made += 1;
  return { status: 200, made };
};

test('an answer is made once for any number at once, and is the same object', async () => {
  const answers = createAnswersByVersion();
  const all = await Promise.all(Array.from({ length: 5 }, () => answers.once('a', make)));
  expect(new Set(all).size).toBe(1);
  expect(await answers.once('b', make)).not.toBe(all[0]);
});

test('it is made anew after its time, and when others were asked for since', async () => {
  let time = 0;
  const answers = createAnswersByVersion(() => time);
  const first = await answers.once('a', make);
  time = 29_999;
  expect(await answers.once('a', make)).toBe(first);
  time = 30_000;
  const second = await answers.once('a', make);
  expect(second).not.toBe(first);
  for (let other = 0; other < 32; other += 1) await answers.once(`other-${other}`, make);
  expect(await answers.once('a', make)).not.toBe(second);
});

test('a refusal and a failure are not kept', async () => {
  const answers = createAnswersByVersion();
  const problem = { word: 'not-found', detail: 'No.' } as const;
  expect(await answers.once('a', async () => ({ ok: false, problem }))).toEqual({ ok: false, problem });
  await expect(answers.once('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  for (const key of ['a', 'b']) expect(await answers.once(key, make)).toMatchObject({ status: 200 });
});
