import { describe, expect, it } from 'vitest';
import type { RunFailure } from './failure.ts';
import { failureOf, fingerprintOf, normaliseMessage } from './failure.ts';
import type { AttemptChange, RunView } from './run-projection.ts';

describe('a message without what differs from candidate to candidate', () => {
  const isSame: readonly (readonly [string, string])[] = [
    ['The clone took 31 s.', 'The clone took 4.5 s.'],
    ['HTTP 502 from https://forge.example/api/v1/x?y=1.', 'HTTP 503 from http://other.example:8080/z'],
    ['No run 01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d', 'No run 01931f6a-2c9b-7d53-9b3a-000000000000'],
    ['Cannot merge 3f2a9c1b into main', 'Cannot merge 0xdeadbeef into main'],
    ['There is no "chart".', 'There is no "values".'],
    ["There is no 'chart'.", "There is no 'a chart'."],
    ['There is no `chart`.', 'There is no `values`.'],
    ['There is no “chart”.', 'There is no “values”.'],
    ['Cannot parse deploy/values.yaml: bad', 'Cannot parse charts/own/values.yaml: bad'],
    ['Wrong  at\nline 3', 'wrong at line 12'],
  ];
  it.each(isSame)('says the same of %j and %j', (one, other) => {
    expect(normaliseMessage(one, 'c').replace(/[.]$/u, '')).toBe(
      normaliseMessage(other, 'c').replace(/[.]$/u, ''),
    );
  });

  it.each([
    ['It doesn’t parse', 'It doesn’t merge'],
    ["It doesn't parse, isn't it", "It doesn't merge, isn't it"],
    ['a deadbeef of cows', 'a face of cows'],
  ])('tells %j from %j', (one, other) => {
    expect(normaliseMessage(one, 'c')).not.toBe(normaliseMessage(other, 'c'));
  });

  it('leaves out the candidate, whole and by its last name', () => {
    const of = (name: string) =>
      normaliseMessage(`${name} has no chart; acme/${name} is left.`, `acme/${name}`);
    expect(of('billing')).toBe(of('b.*l+l(ing'));
    expect(of('billing')).toBe('<candidate> has no chart; <candidate> is left.');
    expect(normaliseMessage('ab is abandoned', 'ab')).toBe('ab is abandoned');
  });

  it('looks at the beginning of a long one', () => {
    expect(normaliseMessage(`${'word '.repeat(10_000)}end`, 'c').length).toBeLessThan(1_000);
  });
});

describe('a fingerprint', () => {
  it('is of step, class and kind of message', () => {
    const prints = [
      fingerprintOf('open-pr', 'invalid', 'no.'),
      fingerprintOf('merge', 'invalid', 'no.'),
      fingerprintOf('open-pr', 'fatal', 'no.'),
      fingerprintOf('open-pr', undefined, 'no.'),
      fingerprintOf('open-pr', 'invalid', 'on.'),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    for (const print of prints) expect(print).toMatch(/^(open-pr|merge)\.[0-9a-f]{16}$/u);
    expect(fingerprintOf('open-pr', 'invalid', 'no.')).toBe(prints[0]);
  });
});

describe('what a write of a run says of a failure', () => {
  const waiting: RunView = {
    ...{ status: 'running', runState: 'awaiting_retry', who: 'operator', since: 'then' },
    ...{ step: 'open-pr', stepIndex: 1, attempt: 2, reason: 'Line 3.' },
  };
  const failed: AttemptChange = {
    ...{ stepIndex: 1, phase: 'execute', attempt: 2, startedAt: 'then', inputsVersion: 1 },
    ...{ outcome: 'failed', failureClass: 'invalid' },
  };
  const read = (view: Partial<RunView>, ...attempts: readonly AttemptChange[]) =>
    failureOf({ candidateId: 'c', view: { ...waiting, ...view }, attempts });

  it('is the failure that a person has to look at', () => {
    expect(read({}, { ...failed, attempt: 1 }, failed)).toEqual({
      fingerprint: fingerprintOf('open-pr', 'invalid', 'line <n>.'),
      coarse: fingerprintOf('open-pr', 'invalid', ''),
      ...{ stepName: 'open-pr', failureClass: 'invalid', reason: 'Line 3.', since: 'then' },
      attempt: { stepIndex: 1, phase: 'execute', attempt: 2 },
    } satisfies RunFailure);
  });

  it('is that of an undo, and one without a message', () => {
    const undo = { ...failed, phase: 'compensate', outcome: 'timed_out' } as const;
    expect(read({ runState: 'compensating', reason: undefined }, undo)).toMatchObject({
      ...{ reason: 'The step failed.', attempt: { phase: 'compensate' } },
    });
  });

  it('is that nothing changed where no attempt did', () => {
    expect(read({ pauseRequested: true })).toBe('unchanged');
    expect(read({}, { ...failed, stepIndex: 0 }, { ...failed, phase: 'compensate' })).toBe('unchanged');
  });

  it('is none while the run goes on by itself, waits for something else, or is over', () => {
    expect(read({ who: 'nobody' }, failed)).toBe('none');
    expect(read({ runState: 'paused' }, failed)).toBe('none');
    expect(read({ runState: 'lost' }, failed)).toBe('none');
    expect(read({ runState: 'compensating' }, { ...failed, phase: 'compensate', outcome: undefined })).toBe(
      'none',
    );
    for (const field of ['step', 'stepIndex', 'attempt'] as const)
      expect(read({ [field]: undefined }, failed)).toBe('none');
  });
});
