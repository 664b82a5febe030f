import type { YamlPath } from './yaml-source.ts';

type Mapping = Record<string, unknown>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The plain value at a path. */
export function valueAt(
  root: unknown,
  path: YamlPath,
): { readonly exists: boolean; readonly value: unknown } {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number' && key in value) value = value[key];
    else if (isMapping(value) && Object.hasOwn(value, key)) value = value[key];
    else return { exists: false, value: undefined };
  }
  return { exists: true, value };
}

type Change = { readonly to: unknown } | { readonly pruneEmpty: boolean };

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The plain value with one entry set or removed; undefined when the path goes through something that holds none. */
export function changeValue(root: unknown, path: YamlPath, change: Change): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return 'to' in change ? change.to : undefined;
  const isNew = root === undefined || root === null;
  if (Array.isArray(root)) {
    if (typeof key !== 'number' || key > root.length) return undefined;
    const inner = changeValue(root[key], rest, change);
    const isGone = !('to' in change) && (rest.length === 0 || (change.pruneEmpty && isEmpty(inner)));
    if (isGone) return root.toSpliced(key, 1);
    return inner === undefined ? undefined : root.toSpliced(key, 1, inner);
  }
  if (!isNew && !isMapping(root)) return undefined;
  if (isNew && typeof key === 'number') return changeValue([], path, change);
  const mapping: Mapping = isMapping(root) ? root : {};
  const inner = changeValue(mapping[key], rest, change);
  const isGone = !('to' in change) && (rest.length === 0 || (change.pruneEmpty && isEmpty(inner)));
  if (isGone) return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== String(key)));
  return inner === undefined ? undefined : { ...mapping, [key]: inner };
}
