import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRevisions } from './compare-revisions.ts';
import type { RevisionBody } from './migration.ts';
import type { Step } from './step.ts';

const step = (name: string, over: Partial<Step> = {}): Step => ({
  ...{ name, workerApp: 'charts', kind: 'dispatch', type: 'any', config: {}, compensable: false },
  ...over,
});
const body = (steps: readonly Step[], over: Partial<RevisionBody> = {}): RevisionBody => ({
  ...{ steps, requiredInputs: [], labelKeys: [] },
  ...over,
});
const steps = (before: readonly Step[], after: readonly Step[]) =>
  compareRevisions(body(before), body(after)).steps;
const named = (names: string) => [...names].map((name) => step(name));
const outline = (before: string, after: string) =>
  steps(named(before), named(after)).map(({ name, change, indexBefore, indexAfter }) =>
    [name, change, indexBefore ?? '-', indexAfter ?? '-'].join(' '),
  );

describe('the difference of two revisions', () => {
  it('is empty between equal ones', () => {
    const one = body([step('a', { config: { list: [{ x: 1 }], none: null } })]);
    expect(compareRevisions(one, structuredClone(one))).toEqual({
      ...{ steps: [], requiredInputs: [], labelKeys: { added: [], removed: [] } },
    });
  });

  it('names steps that were added and removed, where they stand', () => {
    expect(outline('abc', 'axc')).toEqual(['x added - 1', 'b removed 1 -']);
    expect(outline('', 'a')).toEqual(['a added - 0']);
    expect(outline('ab', '')).toEqual(['a removed 0 -', 'b removed 1 -']);
  });

  it('says of as few steps as possible that they moved', () => {
    expect(outline('abcd', 'bcda')).toEqual(['a moved 0 3']);
    expect(outline('abcd', 'dabc')).toEqual(['d moved 3 0']);
    expect(outline('abc', 'xabc')).toEqual(['x added - 0']);
    expect(outline('ab', 'ba')).toHaveLength(1);
  });

  it('names the fields that changed, with before and after', () => {
    const before = step('a', {
      config: { image: 'v1', 'a/b~c': 1, gone: true, list: [1, 2], deep: { x: 1 } },
    });
    const after = step('a', {
      ...{
        config: { image: 'v2', 'a/b~c': 2, list: [1, 3], deep: { x: 1, y: [] }, now: null },
        timeoutMs: 5,
      },
    });
    expect(steps([before], [after])).toEqual([
      {
        ...{ name: 'a', change: 'changed', indexBefore: 0, indexAfter: 0 },
        fields: [
          { path: '/config/image', change: 'changed', before: 'v1', after: 'v2' },
          { path: '/config/a~1b~0c', change: 'changed', before: 1, after: 2 },
          { path: '/config/gone', change: 'removed', before: true },
          { path: '/config/list', change: 'changed', before: [1, 2], after: [1, 3] },
          { path: '/config/deep/y', change: 'added', after: [] },
          { path: '/config/now', change: 'added', after: null },
          { path: '/timeoutMs', change: 'added', after: 5 },
        ],
      },
    ]);
  });

  it('sees what changed within lists, in length and kind too', () => {
    const of = (before: unknown, after: unknown) =>
      steps([step('a', { config: { x: before } })], [step('a', { config: { x: after } })]).length;
    expect(of([{ y: 1 }], [{ y: 1 }])).toBe(0);
    expect(of([{ y: 1 }], [{ y: 2 }])).toBe(1);
    expect(of([1], [1, 2])).toBe(1);
    expect(of([1], { 0: 1 })).toBe(1);
    expect(of({}, null)).toBe(1);
  });

  it('names a step that changed and moved once', () => {
    expect(
      steps([step('a'), step('b'), step('c')], [step('b'), step('c'), step('a', { type: 'x' })]),
    ).toMatchObject([
      { name: 'a', change: 'changed', indexBefore: 0, indexAfter: 2, fields: [{ path: '/type' }] },
    ]);
  });

  it('lists every field of what was added or removed but its name', () => {
    const [removed, ...rest] = steps([step('a')], []);
    expect(rest).toEqual([]);
    expect(removed?.fields.map(({ path, change }) => `${path} ${change}`)).toEqual(
      ['workerApp', 'kind', 'type', 'config', 'compensable'].map((field) => `/${field} removed`),
    );
  });

  it('compares inputs and label keys', () => {
    const input = { name: 'greeting', type: 'string', required: true } as const;
    const before = body([], { requiredInputs: [input], labelKeys: ['team', 'tier'] });
    const after = body([], { requiredInputs: [{ ...input, required: false }], labelKeys: ['team', 'zone'] });
    expect(compareRevisions(before, after)).toMatchObject({
      requiredInputs: [
        { name: 'greeting', change: 'changed', fields: [{ path: '/required', before: true }] },
      ],
      labelKeys: { added: ['zone'], removed: ['tier'] },
    });
  });

  it('leads from one order to the other', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (before, after) => {
        const difference = steps(named(before.join('')), named(after.join('')));
        const touched = new Set(difference.map(({ name }) => name));
        const untouched = (list: readonly string[]) => list.filter((name) => !touched.has(name));
        expect(untouched(before)).toEqual(untouched(after));
      }),
    );
  });
});
