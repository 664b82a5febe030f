import type { Inputs, RequiredInput } from './contract.ts';

export type InputValue = Inputs[string];

/** What the fields of a form hold: text as typed, `''` for nothing. */
export type Draft = Readonly<Record<string, string | boolean>>;

export type DraftResult =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

export function typeOf(input: RequiredInput): NonNullable<RequiredInput['type']> {
  return input.type ?? (input.enum === undefined ? 'string' : 'enum');
}

export function isRequired(input: RequiredInput): boolean {
  return input.required ?? true;
}

/** A yes or no that may also be left open. */
export function mayStayOpen(input: RequiredInput): boolean {
  return typeOf(input) === 'boolean' && !isRequired(input) && input.default === undefined;
}

export function labelOf(input: RequiredInput): string {
  return input.label ?? input.name;
}

/** The fields as they are first shown: what is stored, else what was announced as the default. */
export function draftOf(declared: readonly RequiredInput[], stored: Inputs): Draft {
  const draft: Record<string, string | boolean> = {};
  for (const input of declared) draft[input.name] = fieldOf(input, stored[input.name] ?? input.default);
  return draft;
}

function fieldOf(input: RequiredInput, value: InputValue | undefined): string | boolean {
  if (typeOf(input) === 'boolean' && !mayStayOpen(input)) return value === true;
  return value === undefined ? '' : String(value);
}

/** Reads the fields as the contract types them, or says per input what is wrong. Patterns are left to the server. */
export function inputsOf(declared: readonly RequiredInput[], draft: Draft): DraftResult {
  const inputs: Inputs = {};
  const errors: Record<string, string> = {};
  for (const input of declared) {
    const field = draft[input.name] ?? '';
    if (field === '') {
      if (isRequired(input)) errors[input.name] = `Give ${labelOf(input)} a value.`;
      continue;
    }
    const error = faultOf(input, field);
    if (error === undefined) inputs[input.name] = valueOf(input, field);
    else errors[input.name] = error;
  }
  return Object.keys(errors).length === 0 ? { ok: true, inputs } : { ok: false, errors };
}

function valueOf(input: RequiredInput, field: string | boolean): InputValue {
  switch (typeOf(input)) {
    case 'boolean':
      return field === true || field === 'true';
    case 'number':
      return Number(field);
    case 'string':
    case 'enum':
    case 'secret':
      return field;
  }
}

function faultOf(input: RequiredInput, field: string | boolean): string | undefined {
  if (typeof field === 'boolean') return undefined;
  switch (typeOf(input)) {
    case 'number':
      return Number.isFinite(Number(field)) && field.trim() !== ''
        ? undefined
        : 'Write a number, such as 3 or 0.5.';
    case 'enum':
      return input.enum?.includes(field) === false ? `Choose one of ${input.enum.join(', ')}.` : undefined;
    case 'secret':
      return field.includes(':')
        ? undefined
        : 'Name a secret, such as secret:deploy-token; never the secret itself.';
    // A pattern is the server's to match: it is RE2, and one can be written that makes a browser's engine hang.
    case 'string':
    case 'boolean':
      return undefined;
  }
}

/** Only what differs from `before`, or nothing when nothing does. */
export function changedInputs(before: Inputs, after: Inputs): Inputs | undefined {
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** The values that a run starts with when nothing is said: the announced defaults below what is stored. */
export function effectiveInputs(declared: readonly RequiredInput[], stored: Inputs): Inputs {
  const inputs: Inputs = {};
  for (const { name, default: announced } of declared) {
    const value = stored[name] ?? announced;
    if (value !== undefined) inputs[name] = value;
  }
  return inputs;
}
