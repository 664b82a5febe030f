const VERSION = 1;

/** JSON that outlives this process carries the version of its shape. */
export function toStoredJson(value: unknown): string {
  return JSON.stringify({ v: VERSION, value });
}

export function fromStoredJson<Value>(text: string): Value {
  return valueOfStored(JSON.parse(text));
}

/** Of what was parsed with others. */
export function valueOfStored<Value>(parsed: unknown): Value {
  const stored = parsed as { readonly v?: unknown; readonly value?: unknown };
  if (stored.v !== VERSION)
    throw new Error(`Stored JSON has version ${String(stored.v)}; this Loom reads version ${VERSION}.`);
  return stored.value as Value;
}
