import { expect, it } from 'vitest';
import { kindsToWrite, toggleKind, usualKinds } from './inspection-kinds.ts';

it('the usual kinds need no word in the address, and the last one stays on', () => {
  expect(kindsToWrite(usualKinds)).toBeUndefined();
  const withTasks = toggleKind(usualKinds, 'task');
  expect(withTasks).toEqual(['run', 'step', 'command', 'timer', 'store', 'task']);
  expect(kindsToWrite(withTasks)).toBe(withTasks);
  expect(kindsToWrite(toggleKind(withTasks, 'task'))).toBeUndefined();
  expect(toggleKind(['step'], 'step')).toEqual(['step']);
  expect(toggleKind(['step'], 'run')).toEqual(['run', 'step']);
});
