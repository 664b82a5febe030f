import { describe, expect, test } from 'vitest';
import {
  checkInputs,
  findUndeclared,
  keepDeclared,
  layerInputs,
  patchInputs,
  type RequiredInput,
  whyInvalid,
} from './inputs.ts';

const declare = (name: string, more: Partial<RequiredInput> = {}): RequiredInput => ({
  name,
  type: 'string',
  required: true,
  ...more,
});

const SECRET_WANTED =
  '"a" must be a reference to a secret, such as secret:deploy-token, never the secret itself.';

describe('layers of inputs', () => {
  test('are the announced default, then what is stored, then what is given', () => {
    const declared = [
      declare('a', { default: 'd' }),
      declare('b', { default: 'd' }),
      declare('c', { default: 'd' }),
    ];

    expect(layerInputs(declared, { b: 'stored', c: 'stored' }, { c: 'given' })).toEqual({
      a: 'd',
      b: 'stored',
      c: 'given',
    });
  });

  test('have nothing for an input without default that nobody gave', () => {
    expect(layerInputs([declare('a')])).toEqual({});
  });

  test('drop what is stored and no longer declared', () => {
    expect(keepDeclared([declare('a')], { a: 1, old: 2 })).toEqual({ a: 1 });
  });
});

test('a patch sets values and takes away those that are null', () => {
  expect(patchInputs({ a: 1, b: 2 }, { b: null, c: 'new' })).toEqual({ a: 1, c: 'new' });
});

describe('undeclared inputs', () => {
  test('are named with what is declared', () => {
    expect(findUndeclared([declare('a'), declare('b')], { a: 1, z: 1 })).toEqual([
      { path: '/inputs/z', message: '"z" is not declared; declared are: a, b.' },
    ]);
  });

  test('are all of them where the migration takes none', () => {
    expect(findUndeclared([], { z: 1 })[0]?.message).toContain('this migration takes no inputs');
  });

  test('refuse the whole set', () => {
    expect(checkInputs([declare('a')], { a: 'x', z: 1 })).toMatchObject({
      ok: false,
      problem: 'undeclared-input',
    });
  });
});

describe('a set of inputs', () => {
  test('that fits is what is used', () => {
    expect(checkInputs([declare('a')], { a: 'x' })).toEqual({ ok: true, inputs: { a: 'x' } });
  });

  test.each([{}, { a: '' }])('without a required one is refused and names it: %j', (inputs) => {
    expect(checkInputs([declare('a', { label: 'Team' })], inputs)).toEqual({
      ok: false,
      problem: 'missing-input',
      errors: [{ path: '/inputs/a', message: '"Team" is required.' }],
    });
  });

  test('names a missing one without label by its name', () => {
    expect(checkInputs([declare('a')], {})).toMatchObject({ errors: [{ message: '"a" is required.' }] });
  });

  test('may leave out what is not required, or all when it is a part', () => {
    expect(checkInputs([declare('a', { required: false })], {}).ok).toBe(true);
    expect(checkInputs([declare('a')], {}, true).ok).toBe(true);
  });

  test('is not taken in by names that every object has', () => {
    expect(checkInputs([declare('constructor')], {})).toMatchObject({ problem: 'missing-input' });
  });

  test('with values that do not fit is refused with a sentence for each', () => {
    expect(checkInputs([declare('a'), declare('n', { type: 'number' })], { a: 1, n: 'x' })).toEqual({
      ok: false,
      problem: 'invalid-input',
      errors: [
        { path: '/inputs/a', message: '"a" must be a string.' },
        { path: '/inputs/n', message: '"n" must be a number.' },
      ],
    });
  });
});

test.each([
  [declare('a', { type: 'number' }), 1, undefined],
  [declare('a', { type: 'number' }), Number.POSITIVE_INFINITY, '"a" must be a number.'],
  [declare('a', { type: 'boolean' }), false, undefined],
  [declare('a', { type: 'secret' }), 'secret:deploy-token', undefined],
  [declare('a', { type: 'secret' }), 'vault:kv/app_1.token', undefined],
  [declare('a', { type: 'secret' }), 'ghp_0123', SECRET_WANTED],
  [declare('a', { type: 'secret' }), true, SECRET_WANTED],
  [declare('a', { type: 'boolean' }), 'false', '"a" must be true or false.'],
  [declare('a', { type: 'enum', enum: ['x', 'y'] }), 'y', undefined],
  [declare('a', { type: 'enum', enum: ['x', 'y'] }), 'z', '"a" must be one of: x, y.'],
] as const)('%j takes %j: %s', (input, value, why) => {
  expect(whyInvalid(input, value)).toBe(why);
});
