import { expect, test } from 'vitest';
import { createCallbackPatience } from './callback-patience.ts';

const open = () => createCallbackPatience({ usualMs: 50, quickMs: 250 });

test('a step that nobody knows is waited for, and longer once its callback came', () => {
  const patience = open();
  expect(patience.waitMs('one')).toBe(50);
  patience.record('one', true);
  expect(patience.waitMs('one')).toBe(250);
  expect(patience.waitMs('two')).toBe(50);
});

test('a step that was waited for in vain is passed over, twice as often each time', () => {
  const patience = open();
  const passes: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    expect(patience.waitMs('one')).toBe(50);
    patience.record('one', false);
    let count = 0;
    while (patience.waitMs('one') === 0) count += 1;
    passes.push(count);
  }
  expect(passes).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
});

test('a slow step that calls back in time once is quick again', () => {
  const patience = open();
  patience.record('one', false);
  patience.record('one', true);
  expect(patience.waitMs('one')).toBe(250);
});

test('a quick step that is late once is as good as unknown', () => {
  const patience = open();
  patience.record('one', true);
  patience.record('one', false);
  expect(patience.waitMs('one')).toBe(50);
  patience.record('one', false);
  expect(patience.waitMs('one')).toBe(0);
});

test('what is known of a thousand steps is kept, the others are unknown again', () => {
  const patience = open();
  for (let step = 0; step <= 1_000; step += 1) patience.record(`${step}`, true);
  expect(patience.waitMs('0')).toBe(50);
  expect(patience.waitMs('1')).toBe(250);
  expect(patience.waitMs('1000')).toBe(250);
});
