import { describe, expect, it } from 'vitest';
import { anAttempt, aTime } from '../../testing/samples.ts';
import { compareAttempts, countChanges } from './attempt-comparison.ts';

const failed = anAttempt({
  outcome: 'failed',
  message: 'The name is taken.',
  failureClass: 'conflict',
  inputs: { name: 'a', ticket: 'A-1' },
  metadata: { place: { b: 1, a: [2] } },
});
const done = anAttempt({
  attempt: 2,
  endedAt: '2026-11-20T10:00:04.000Z',
  deliveries: 2,
  inputs: { name: 'b', ticket: 'A-1' },
  outputs: { id: 7 },
  metadata: { place: { a: [2], b: 1 } },
});

describe('two attempts of a step', () => {
  const parts = compareAttempts(failed, done);
  const fact = (title: string, name: string) =>
    parts.find((part) => part.title === title)?.facts.find((one) => one.name === name);

  it('are compared fact by fact, and what changed is marked', () => {
    expect(fact('What became of it', 'Outcome')).toEqual({
      ...{ name: 'Outcome', values: ['Failed', 'Succeeded'], isChanged: true },
    });
    expect(fact('What became of it', 'Message')?.values).toEqual(['The name is taken.', undefined]);
    expect(fact('Inputs', 'name')).toMatchObject({ values: ['a', 'b'], isChanged: true });
    expect(fact('Inputs', 'ticket')?.isChanged).toBe(false);
    expect(fact('Outputs', 'id')).toMatchObject({ values: [undefined, '7'], isChanged: true });
    expect(countChanges(parts)).toBe(6);
  });

  it('differ in nothing by the order of keys or by their times alone', () => {
    expect(fact('Metadata', 'place')?.isChanged).toBe(false);
    expect(fact('Times', 'Took')).toMatchObject({ values: ['<1 ms', '4 s'], isChanged: false });
    const again = { ...failed, attempt: 2, startedAt: aTime };
    expect(countChanges(compareAttempts(failed, again))).toBe(0);
  });

  it('leave out what neither has', () => {
    expect(fact('What became of it', 'Instance')).toBeUndefined();
    const bare = compareAttempts(anAttempt(), anAttempt({ attempt: 2 }));
    expect(bare.map(({ title }) => title)).toEqual(['What became of it', 'Times']);
  });
});
