import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { announceStep } from './announced-step.ts';
import { defineMigration } from './define-migration.ts';
import { defineStep } from './define-step.ts';
import { DefinitionError } from './definition-error.ts';
import { review } from './migration-step.ts';
import { succeeded } from './outcomes.ts';

const greet = defineStep({
  type: 'greet',
  config: z.strictObject({ mark: z.enum(['!', '?']), times: z.int().default(1) }),
  inputs: z.object({ greeting: z.string() }),
  run: async ({ config, inputs }) =>
    succeeded({ message: inputs.greeting + config.mark.repeat(config.times) }),
});
const sign = defineStep({ type: 'sign', run: async () => succeeded(), compensate: async () => succeeded() });
const inputs = z.object({ greeting: z.string().default('Hello') });

function mistakesOf(define: () => unknown): readonly string[] {
  try {
    define();
  } catch (error) {
    if (error instanceof DefinitionError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('defining a migration', () => {
  it('keeps steps and inputs in the words of the contract', () => {
    const migration = defineMigration({
      id: 'hello',
      name: 'Hello',
      inputs,
      steps: [
        { name: 'greet', use: greet, config: { mark: '!' }, group: 'dev', retry: { maxAttempts: 3 } },
        review({ name: 'check', description: 'Read it.' }),
        { name: 'sign', use: sign, timeoutMs: 5_000, remindAfterMs: 2_000, when: 'inputs.greeting != ""' },
      ],
    });
    expect(migration.requiredInputs).toEqual([
      { name: 'greeting', type: 'string', required: true, default: 'Hello' },
    ]);
    expect(migration.steps.map((step) => announceStep(step, 'greeter'))).toEqual([
      {
        name: 'greet',
        workerApp: 'greeter',
        kind: 'dispatch',
        type: 'greet',
        group: 'dev',
        config: { mark: '!' },
        compensable: false,
        retry: { maxAttempts: 3, initialIntervalMs: 1_000, backoffCoefficient: 2, maxIntervalMs: 60_000 },
      },
      { name: 'check', workerApp: 'greeter', kind: 'review', description: 'Read it.', compensable: false },
      {
        name: 'sign',
        workerApp: 'greeter',
        kind: 'dispatch',
        type: 'sign',
        config: {},
        compensable: true,
        timeoutMs: 5_000,
        remindAfterMs: 2_000,
        when: 'inputs.greeting != ""',
      },
    ]);
  });

  it('announces how people decide on a review', () => {
    const links = [{ label: 'Chart', url: 'https://charts.example.com/web' }];
    const step = review({
      name: 'check',
      approvals: 2,
      instructions: '**Read** it.',
      links,
      remindAfterMs: 60_000,
    });
    expect(announceStep(step, 'greeter')).toMatchObject({
      kind: 'review',
      review: { approvals: 2, instructions: '**Read** it.', links, remindAfterMs: 60_000 },
    });
    const wrong = { ...step, approvals: 0, links: [{ label: 'Chart', url: 'javascript:alert(1)' }] };
    expect(() => defineMigration({ id: 'hello', name: 'Hello', steps: [wrong] })).toThrow(
      /approvals[\s\S]*links|links[\s\S]*approvals/u,
    );
  });

  it('takes steps that a program makes', () => {
    const perEnvironment = ['dev', 'prod'].map(
      (group) => ({ name: `sign-${group}`, use: sign, group }) as const,
    );
    const migration = defineMigration({
      id: 'hello',
      name: 'Hello',
      steps: [...perEnvironment, review({ name: 'check' })],
    });
    expect(migration.steps.map(({ name }) => name)).toEqual(['sign-dev', 'sign-prod', 'check']);
  });

  it('lists every mistake with its place', () => {
    const other = defineStep({ type: 'sign', run: async () => succeeded() });
    const mistakes = mistakesOf(() =>
      defineMigration({
        id: 'Hello',
        name: '',
        labelKeys: ['a=b'],
        requiredInputs: [{ name: 'color' }],
        steps: [
          // @ts-expect-error a mark that the schema does not know, and inputs that the migration lacks
          { name: 'greet', use: greet, config: { mark: '.' } },
          { name: 'greet', use: sign, timeoutMs: 10 },
          { name: 'other', use: other, compensable: true },
        ],
      }),
    );
    expect(mistakes).toEqual([
      expect.stringMatching(/^id: must be lower case/),
      expect.stringMatching(/^name: /),
      expect.stringMatching(/^labelKeys\[0\]: must be without "="/),
      expect.stringMatching(/^steps\[0\]\.config\.mark: /),
      expect.stringMatching(/^steps\[1\]\.timeoutMs: /),
      'steps[1].name: "greet" is used twice',
      'steps[2].compensable: the step type "sign" has no compensate handler',
      'steps[2].use: two different step definitions have the type "sign"',
      'requiredInputs: "color" is not in inputs',
      'inputs: the step type "greet" reads "greeting", which is not declared',
    ]);
  });

  it('says at compile time which config a step lacks', () => {
    expect(
      mistakesOf(() =>
        defineMigration({
          id: 'hello',
          name: 'Hello',
          inputs,
          // @ts-expect-error greet needs a mark
          steps: [{ name: 'greet', use: greet }],
        }),
      ),
    ).toHaveLength(1);
  });

  it('says at compile time which input a step lacks', () => {
    expect(
      mistakesOf(() =>
        defineMigration({
          id: 'hello',
          name: 'Hello',
          // @ts-expect-error greet reads `greeting`
          steps: [{ name: 'greet', use: greet, config: { mark: '!' } }],
        }),
      ),
    ).toEqual(['inputs: the step type "greet" reads "greeting", which is not declared']);
  });

  it('refuses a config that JSON would change on its way through the server', () => {
    const dated = defineStep({
      type: 'dated',
      config: z.object({ day: z.date() }),
      run: async () => succeeded(),
    });
    expect(
      mistakesOf(() =>
        defineMigration({
          id: 'd',
          name: 'D',
          steps: [{ name: 'a', use: dated, config: { day: new Date(0) } }],
        }),
      ),
    ).toEqual([expect.stringMatching(/^steps\[0\]\.config\.day: /)]);
  });

  it('announces an input as its definition says where that is given', () => {
    const migration = defineMigration({
      id: 'hello',
      name: 'Hello',
      inputs,
      requiredInputs: [{ name: 'greeting', label: 'First word', default: 'Hi' }],
      steps: [review({ name: 'check' })],
    });
    expect(migration.requiredInputs).toEqual([
      { name: 'greeting', label: 'First word', type: 'string', required: true, default: 'Hi' },
    ]);
  });

  it('refuses a step type without a name and a poll interval that is not positive', () => {
    const mistakes = mistakesOf(() => defineStep({ type: '', pollEveryMs: 0, run: async () => succeeded() }));
    expect(mistakes).toEqual([
      'type: must have 1 to 128 characters',
      'pollEveryMs: must be a positive number of milliseconds',
    ]);
  });
});
