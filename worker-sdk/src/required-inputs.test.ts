import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deriveRequiredInputs } from './required-inputs.ts';

describe('deriving the required inputs of a migration', () => {
  it('takes type, label, description, default, choices and pattern from the schema', () => {
    const { requiredInputs, mistakes } = deriveRequiredInputs(
      z.object({
        greeting: z.string().default('Hello').meta({ title: 'Greeting', description: 'The first word.' }),
        times: z.int(),
        loud: z.boolean().optional(),
        tone: z.enum(['warm', 'cool']),
        version: z.string().regex(/^v\d+$/),
      }),
    );
    expect(mistakes).toEqual([]);
    expect(requiredInputs).toEqual([
      {
        name: 'greeting',
        type: 'string',
        required: true,
        default: 'Hello',
        label: 'Greeting',
        description: 'The first word.',
      },
      { name: 'times', type: 'number', required: true },
      { name: 'loud', type: 'boolean', required: false },
      { name: 'tone', type: 'enum', required: true, enum: ['warm', 'cool'] },
      { name: 'version', type: 'string', required: true, pattern: '^v\\d+$' },
    ]);
  });

  it('leaves a pattern to the worker that the server cannot take', () => {
    const inputs = z.object({ host: z.hostname(), twice: z.string().regex(/^(a|b)\1$/), id: z.uuid() });
    const patterns = deriveRequiredInputs(inputs).requiredInputs.map(({ pattern }) => pattern);
    expect(patterns).toEqual([undefined, undefined, expect.stringContaining('[0-9a-fA-F]')]);
  });

  it('widens a pattern that may match anywhere, since the announced one is matched against the whole value', () => {
    const { requiredInputs } = deriveRequiredInputs(z.object({ name: z.string().regex(/b+/) }));
    const pattern = new RegExp(`^(?:${requiredInputs[0]?.pattern})$`);
    expect(pattern.test('abc')).toBe(true);
    expect(pattern.test('acd')).toBe(false);
  });

  it('names a field that people cannot fill in', () => {
    const { mistakes } = deriveRequiredInputs(z.object({ repos: z.array(z.string()), since: z.date() }));
    expect(mistakes).toEqual([
      'inputs.repos: must be a string, number, boolean or enum of strings',
      'inputs.since: must be a string, number, boolean or enum of strings',
    ]);
  });
});
