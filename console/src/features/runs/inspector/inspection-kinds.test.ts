import { expect, it } from 'vitest';
import { toggleKind, usualKinds } from './inspection-kinds.ts';

it('kinds are picked in the order in which they are offered, and none is the usual ones', () => {
  expect(toggleKind([], 'task')).toEqual(['task']);
  expect(toggleKind(['task'], 'step')).toEqual(['step', 'task']);
  expect(toggleKind(['step', 'task'], 'task')).toEqual(['step']);
  expect(toggleKind(['step'], 'step')).toBeUndefined();
  expect(usualKinds).not.toContain('task');
});
