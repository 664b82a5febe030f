import { describe, expect, test } from 'vitest';
import type { CandidateFacts } from './candidate.ts';
import { findCandidateErrors, findDefinitionErrors } from './conformance.ts';
import type { MigrationDefinition } from './migration.ts';
import type { Step } from './step.ts';

const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  workerApp: 'painter',
  kind: 'dispatch',
  type: name,
  config: {},
  compensable: false,
  ...more,
});
const definition = (more: Partial<MigrationDefinition> = {}): MigrationDefinition => ({
  id: 'paint',
  name: 'Paint',
  workerApp: 'painter',
  steps: [step('one')],
  requiredInputs: [],
  labelKeys: [],
  capabilities: { dryRun: false, compensate: false, cancel: false, discover: false },
  ...more,
});
const candidate = (id: string, more: Partial<CandidateFacts> = {}): CandidateFacts => ({
  id,
  kind: 'repository',
  labels: {},
  metadata: {},
  files: [],
  ...more,
});
const input = { name: 'a', type: 'string', required: true } as const;
const retry = { maxAttempts: 2, initialIntervalMs: 10, backoffCoefficient: 2, maxIntervalMs: 10 };

/** A condition is wrong when it says so. */
const check = (expression: string) => (expression.includes('wrong') ? 'unexpected token' : undefined);
/** Matches nothing but equal text, and takes no bracket. */
const patterns = {
  whyRefused: (pattern: string) => (pattern.includes('(') ? 'missing closing )' : undefined),
  matches: (pattern: string, value: string) => pattern === value,
};
const find = (more: Partial<MigrationDefinition>) => findDefinitionErrors(definition(more), check, patterns);

describe('a definition', () => {
  test('without faults has no findings', () => {
    const steps = [step('one', { when: 'inputs.go', retry }), step('two')];
    const requiredInputs = [{ ...input, pattern: 'aa', default: 'aa' }];

    expect(find({ steps, requiredInputs, labelKeys: ['team', 'env'] })).toEqual([]);
  });

  test('may not give two steps the same name', () => {
    expect(find({ steps: [step('one'), step('two'), step('one')] })).toEqual([
      {
        severity: 'error',
        path: '/steps/2/name',
        message: 'The step "one" is already at /steps/0; give each its own name.',
      },
    ]);
  });

  test('may not have a condition that cannot be read', () => {
    expect(find({ steps: [step('one', { when: 'wrong(' })] })).toEqual([
      { severity: 'error', path: '/steps/0/when', message: 'The condition cannot be read: unexpected token' },
    ]);
  });

  test('may say how people decide only where they do', () => {
    const review = { approvals: 2 };
    expect(find({ steps: [step('one', { review })] })).toMatchObject([
      { severity: 'error', path: '/steps/0/review' },
    ]);
    expect(find({ steps: [step('one', { kind: 'review', review })] })).toEqual([]);
  });

  test('may not wait longer at first than at most', () => {
    expect(find({ steps: [step('one', { retry: { ...retry, initialIntervalMs: 11 } })] })).toMatchObject([
      { severity: 'error', path: '/steps/0/retry' },
    ]);
  });

  test('may not ask for the same input or label twice', () => {
    expect(find({ requiredInputs: [input, input], labelKeys: ['team', 'team'] })).toMatchObject([
      { path: '/requiredInputs/1/name' },
      {
        path: '/labelKeys/1',
        message: 'The label key "team" is already at /labelKeys/0; give each its own name.',
      },
    ]);
  });

  test.each([
    [{ type: 'enum' }, '/requiredInputs/0/enum', 'list its values'],
    [{ type: 'enum', enum: [] }, '/requiredInputs/0/enum', 'list its values'],
    [{ pattern: '(' }, '/requiredInputs/0/pattern', 'cannot be used: missing closing ). Write'],
    [{ default: 5 }, '/requiredInputs/0/default', 'must be a string'],
    [{ pattern: 'a+', default: 'b' }, '/requiredInputs/0/default', 'must match'],
  ] as const)('may not declare an input like %j', (more, path, message) => {
    const findings = find({ requiredInputs: [{ ...input, ...more }] });

    expect(findings).toEqual([{ severity: 'error', path, message: expect.stringContaining(message) }]);
  });

  test('is warned when steps can be undone and the worker does not say that it undoes', () => {
    const steps = [step('one', { compensable: true })];
    const capabilities = { ...definition().capabilities, compensate: true };

    expect(find({ steps })).toMatchObject([{ severity: 'warning', path: '/capabilities/compensate' }]);
    expect(find({ steps, capabilities })).toEqual([]);
  });

  test('is warned of what does nothing: the policy of a review, and what no number is checked by', () => {
    const capabilities = { ...definition().capabilities, compensate: true };
    const policy = { timeoutMs: 5_000, retry, concurrencyKey: 'k', compensable: true, when: 'inputs.go' };
    const idle = find({
      steps: [step('one', policy), step('two', { kind: 'review', ...policy })],
      capabilities,
    });
    expect(idle.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      'warning /steps/1/timeoutMs',
      'warning /steps/1/retry',
      'warning /steps/1/concurrencyKey',
      'warning /steps/1/compensable',
    ]);

    const requiredInputs = (['number', 'boolean', 'secret'] as const).map((type) => ({
      ...{ ...input, name: type, type },
      ...(type === 'boolean' ? { enum: ['a'] } : { pattern: 'aa' }),
    }));
    expect(find({ requiredInputs })).toMatchObject([
      { severity: 'warning', path: '/requiredInputs/0/pattern' },
      { severity: 'warning', path: '/requiredInputs/1/enum' },
      { severity: 'warning', path: '/requiredInputs/2/pattern' },
    ]);
  });

  test('a review is not reminded of as a step of a worker is', () => {
    expect(find({ steps: [step('one', { remindAfterMs: 9_000 })] })).toEqual([]);
    expect(find({ steps: [step('one', { kind: 'review', remindAfterMs: 9_000 })] })).toMatchObject([
      { severity: 'error', path: '/steps/0/remindAfterMs' },
    ]);
  });

  test('that asks for time to stop is warned unless its worker can be told to', () => {
    const steps = [step('one', { cancelGraceSeconds: 9 })];
    const capabilities = { ...definition().capabilities, cancel: true };
    expect(find({ steps })).toMatchObject([{ severity: 'warning', path: '/capabilities/cancel' }]);
    expect(find({ steps, capabilities })).toEqual([]);
    expect(find({ steps: [step('one', { cancelGraceSeconds: 0 })] })).toEqual([]);
    const asking = [step('one', { kind: 'review', cancelGraceSeconds: 9 })];
    expect(find({ steps: asking, capabilities })).toMatchObject([
      { severity: 'error', path: '/steps/0/cancelGraceSeconds' },
    ]);
  });
});

describe('submitted candidates', () => {
  test('without faults have no findings', () => {
    expect(findCandidateErrors([candidate('a'), candidate('b', { steps: [step('own')] })], check)).toEqual(
      [],
    );
  });

  test('may not have an id that cannot be one', () => {
    expect(findCandidateErrors([candidate('a'), candidate('..')], check)).toEqual([
      { severity: 'error', path: '/candidates/1/id', message: 'A candidate id is not "." or "..".' },
    ]);
  });

  test('may each come once', () => {
    expect(findCandidateErrors([candidate('a'), candidate('b'), candidate('a')], check)).toEqual([
      {
        severity: 'error',
        path: '/candidates/2/id',
        message: '"a" is already at /candidates/0; submit each once.',
      },
    ]);
  });

  test("have steps of their own that are looked at as a definition's are", () => {
    const steps = [step('own', { when: 'wrong(' }), step('own')];

    expect(findCandidateErrors([candidate('a', { steps })], check)).toMatchObject([
      { path: '/candidates/0/steps/1/name' },
      { path: '/candidates/0/steps/0/when' },
    ]);
  });
});
