import type { RevisionBody } from './migration.ts';

export interface FieldDifference {
  /** JSON Pointer within the step or input. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Of a step or an input, which are told apart by name. */
export interface NamedDifference {
  readonly name: string;
  /** `changed` where its fields did; it may be at another place too. */
  readonly change: 'added' | 'removed' | 'moved' | 'changed';
  readonly indexBefore?: number | undefined;
  readonly indexAfter?: number | undefined;
  readonly fields: readonly FieldDifference[];
}

export interface RevisionDifference {
  readonly steps: readonly NamedDifference[];
  readonly requiredInputs: readonly NamedDifference[];
  readonly labelKeys: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

export function compareRevisions(before: RevisionBody, after: RevisionBody): RevisionDifference {
  return {
    steps: compareNamed(before.steps, after.steps),
    requiredInputs: compareNamed(before.requiredInputs, after.requiredInputs),
    labelKeys: {
      added: after.labelKeys.filter((key) => !before.labelKeys.includes(key)),
      removed: before.labelKeys.filter((key) => !after.labelKeys.includes(key)),
    },
  };
}

interface Named {
  readonly name: string;
}

/** By the place after; those that were removed come before the first that stood behind them and is still there. */
function compareNamed(before: readonly Named[], after: readonly Named[]): readonly NamedDifference[] {
  const placesBefore = new Map(before.map(({ name }, index) => [name, index]));
  const names = new Set(after.map(({ name }) => name));
  const kept = after.flatMap(({ name }) => placesBefore.get(name) ?? []);
  const inOrder = longestRise(kept);
  const differences: NamedDifference[] = [];
  let passed = 0;
  function passRemoved(until: number): void {
    for (; passed < until; passed += 1) {
      const old = before[passed];
      if (old === undefined || names.has(old.name)) continue;
      const fields = compareFields(withoutName(old), {});
      differences.push({ name: old.name, change: 'removed', indexBefore: passed, fields });
    }
  }
  for (const [indexAfter, one] of after.entries()) {
    const { name } = one;
    const indexBefore = placesBefore.get(name);
    if (indexBefore === undefined) {
      const fields = compareFields({}, withoutName(one));
      differences.push({ name, change: 'added', indexAfter, fields });
      continue;
    }
    if (inOrder.has(indexBefore)) passRemoved(indexBefore);
    const fields = compareFields(before[indexBefore], one);
    if (fields.length === 0 && inOrder.has(indexBefore)) continue;
    differences.push({
      name,
      change: fields.length > 0 ? 'changed' : 'moved',
      ...{ indexBefore, indexAfter, fields },
    });
  }
  passRemoved(before.length);
  return differences;
}

/** The most places that are still in order: the others were moved. */
function longestRise(places: readonly number[]): ReadonlySet<number> {
  const best: (readonly number[])[] = [];
  for (const place of places) {
    let longest: readonly number[] = [];
    for (const rise of best) {
      if ((rise.at(-1) ?? place) < place && rise.length > longest.length) longest = rise;
    }
    best.push([...longest, place]);
  }
  return new Set(best.reduce((one, other) => (other.length > one.length ? other : one), []));
}

function withoutName(value: Named): object {
  return Object.fromEntries(Object.entries(value).filter(([field]) => field !== 'name'));
}

/** Objects field by field; lists as a whole, since an entry more would change all that follow. */
function compareFields(before: unknown, after: unknown, path = ''): readonly FieldDifference[] {
  if (!isObject(before) || !isObject(after)) {
    if (isSame(before, after)) return [];
    if (before === undefined) return [{ path, change: 'added', after }];
    if (after === undefined) return [{ path, change: 'removed', before }];
    return [{ path, change: 'changed', before, after }];
  }
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) =>
    compareFields(own(before, field), own(after, field), `${path}/${escapePointer(field)}`),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, index) => isSame(entry, other[index]));
  if (isObject(one) && isObject(other)) return compareFields(one, other).length === 0;
  return one === other;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}

function escapePointer(field: string): string {
  return field.replaceAll('~', '~0').replaceAll('/', '~1');
}
