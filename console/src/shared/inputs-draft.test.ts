import { describe, expect, it } from 'vitest';
import { anInput } from '../testing/samples.ts';
import { changedInputs, draftOf, effectiveInputs, inputsOf } from './inputs-draft.ts';

const declared = [
  anInput('ticket', { pattern: '[A-Z]+-[0-9]+' }),
  anInput('replicas', { type: 'number', default: 3 }),
  anInput('mode', { type: 'enum', enum: ['slow', 'fast'] }),
  anInput('keep', { type: 'boolean', default: true }),
  anInput('tell', { type: 'boolean', required: false }),
  anInput('note', { required: false }),
];

describe('the fields of an inputs form', () => {
  it('show what is stored, else the announced default, else nothing', () => {
    expect(draftOf(declared, { ticket: 'A-1', replicas: 5 })).toEqual({
      ticket: 'A-1',
      replicas: '5',
      mode: '',
      keep: true,
      tell: '',
      note: '',
    });
  });

  it('are read as the types that the migration declares', () => {
    const draft = { ticket: 'A-1', replicas: '0.5', mode: 'fast', keep: false, tell: 'false', note: 'hi' };
    expect(inputsOf(declared, draft)).toEqual({
      ok: true,
      inputs: { ticket: 'A-1', replicas: 0.5, mode: 'fast', keep: false, tell: false, note: 'hi' },
    });
  });

  it('leave out what is optional and empty', () => {
    const draft = { ticket: 'A-1', replicas: '1', mode: 'slow', keep: true, tell: '', note: '' };
    expect(inputsOf(declared, draft)).toMatchObject({
      inputs: expect.not.objectContaining({ note: '', tell: '' }),
    });
  });

  it('say per input what is wrong', () => {
    const draft = { ticket: 'xA-1', replicas: 'many', mode: 'other', keep: true, tell: '', note: '' };
    expect(inputsOf(declared, draft)).toEqual({
      ok: false,
      errors: {
        replicas: 'Write a number, such as 3 or 0.5.',
        mode: 'Choose one of slow, fast.',
      },
    });
  });

  it('name a required input that is missing by its label', () => {
    const result = inputsOf([anInput('ticket', { label: 'Change ticket' })], { ticket: '' });
    expect(result).toEqual({ ok: false, errors: { ticket: 'Give Change ticket a value.' } });
  });

  it('leave patterns to the server, also one that would make the browser hang', () => {
    const ticket = `${'a'.repeat(100)}!`;
    expect(inputsOf([anInput('ticket', { pattern: '(a+)+' })], { ticket })).toEqual({
      ok: true,
      inputs: { ticket },
    });
  });
});

describe('inputs', () => {
  it('are sent on a retry only where they changed', () => {
    expect(changedInputs({ a: 1, b: 'x' }, { a: 1, b: 'y', c: true })).toEqual({ b: 'y', c: true });
    expect(changedInputs({ a: 1 }, { a: 1 })).toBeUndefined();
  });

  it('of a start are what is stored above the announced defaults', () => {
    expect(effectiveInputs(declared, { mode: 'fast', replicas: 9 })).toEqual({
      mode: 'fast',
      replicas: 9,
      keep: true,
    });
  });
});
