import { expect, it } from 'vitest';
import { groupSteps } from './step-groups.ts';

it('Steps that follow each other in one group stand together, in their order', () => {
  const steps = [
    { name: 'a' },
    { name: 'b', group: 'x' },
    { name: 'c', group: 'x' },
    { name: 'd' },
    { name: 'e', group: 'x' },
  ];
  const groups = groupSteps(steps).map(({ name, steps: members }) => [
    name,
    members.map(({ position }) => position),
  ]);
  expect(groups).toEqual([
    [undefined, [1]],
    ['x', [2, 3]],
    [undefined, [4]],
    ['x', [5]],
  ]);
});
