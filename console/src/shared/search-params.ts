/** Search params as people read and write them: `?status=running&label=team%3Dearth&label=tier%3D1`. */
export type SearchRecord = Record<string, unknown>;

export function parseSearch(text: string): SearchRecord {
  const record: SearchRecord = {};
  const params = new URLSearchParams(text);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    record[name] = values.length === 1 ? values[0] : values;
  }
  return record;
}

export function stringifySearch(record: SearchRecord): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(record)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (entry !== undefined && entry !== '') params.append(name, String(entry));
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The value of a param that is one text. */
export function textParam(record: SearchRecord, name: string): string | undefined {
  const value = Array.isArray(record[name]) ? record[name][0] : record[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function textParams(record: SearchRecord, name: string): string[] {
  const value = record[name];
  return (Array.isArray(value) ? value : [value]).filter(
    (entry) => typeof entry === 'string' && entry !== '',
  );
}

/** The value of a param that is one of a closed set; anything else is as if it were not there. */
export function oneOfParam<T extends string>(
  record: SearchRecord,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = textParam(record, name);
  return allowed.find((entry) => entry === value);
}

/** The values of a repeated param that are of a closed set, each once and in the order of the set. */
export function someOfParam<T extends string>(
  record: SearchRecord,
  name: string,
  allowed: readonly T[],
): readonly T[] {
  const values = new Set(textParams(record, name));
  return allowed.filter((entry) => values.has(entry));
}
