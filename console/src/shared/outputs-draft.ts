export type OutputsResult =
  | { readonly ok: true; readonly outputs: Readonly<Record<string, unknown>> | undefined }
  | { readonly ok: false; readonly error: string };

const largest = 64 * 1024;

/** Reads what a person typed as the outputs of a step: nothing, or a JSON object that the server would take. */
export function readOutputs(text: string): OutputsResult {
  if (text.trim() === '') return { ok: true, outputs: undefined };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, error: `This is not JSON: ${why}` };
  }
  if (!isObject(value)) return { ok: false, error: 'Write one object, such as {"greeting": "Hello"}.' };
  if (new TextEncoder().encode(JSON.stringify(value)).length > largest) {
    return { ok: false, error: 'This is more than 64 KB; store it elsewhere and give a reference.' };
  }
  return { ok: true, outputs: value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
