import type { FieldError } from './problem.ts';

export type InputValue = string | number | boolean;
export type Inputs = Readonly<Record<string, InputValue>>;
export type InputsPatch = Readonly<Record<string, InputValue | null>>;

export interface RequiredInput {
  readonly name: string;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly type: 'string' | 'number' | 'boolean' | 'enum' | 'secret';
  readonly required: boolean;
  readonly default?: InputValue | undefined;
  /** RE2, matched against the whole value by `findMisfits`. */
  readonly pattern?: string | undefined;
  readonly enum?: readonly string[] | undefined;
}

export type InputsCheck =
  | { readonly ok: true; readonly inputs: Inputs }
  | {
      readonly ok: false;
      readonly problem: 'missing-input' | 'undeclared-input' | 'invalid-input';
      readonly errors: readonly FieldError[];
    };

/** Later layers win: announced default < stored < given at start < given at retry. */
export function layerInputs(declared: readonly RequiredInput[], ...layers: readonly Inputs[]): Inputs {
  const defaults: Record<string, InputValue> = {};
  for (const input of declared) if (input.default !== undefined) defaults[input.name] = input.default;
  return Object.assign(defaults, ...layers) as Inputs;
}

/** Stored values whose input is no longer declared are dropped, so that a new revision can start. */
export function keepDeclared(declared: readonly RequiredInput[], stored: Inputs): Inputs {
  const names = new Set(declared.map((input) => input.name));
  return Object.fromEntries(Object.entries(stored).filter(([name]) => names.has(name)));
}

/** JSON Merge Patch (RFC 7396) on a flat object. */
export function patchInputs(inputs: Inputs, patch: InputsPatch): Inputs {
  const next: Record<string, InputValue> = { ...inputs };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}

export function findUndeclared(
  declared: readonly RequiredInput[],
  given: Readonly<Record<string, unknown>>,
): readonly FieldError[] {
  const names = new Set(declared.map((input) => input.name));
  return Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({
      path: `/inputs/${name}`,
      message: `"${name}" is not declared; ${names.size === 0 ? 'this migration takes no inputs' : `declared are: ${[...names].join(', ')}`}.`,
    }));
}

/** Checks given values alone (`partial`) or a whole set, required ones included; patterns apart (`findMisfits`). */
export function checkInputs(
  declared: readonly RequiredInput[],
  inputs: Inputs,
  partial = false,
): InputsCheck {
  const undeclared = findUndeclared(declared, inputs);
  if (undeclared.length > 0) return { ok: false, problem: 'undeclared-input', errors: undeclared };
  const missing: FieldError[] = [];
  const invalid: FieldError[] = [];
  for (const input of declared) {
    const value = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
    const path = `/inputs/${input.name}`;
    if (value === undefined || value === '') {
      if (input.required && !partial)
        missing.push({ path, message: `"${input.label ?? input.name}" is required.` });
      continue;
    }
    const reason = whyInvalid(input, value);
    if (reason !== undefined) invalid.push({ path, message: reason });
  }
  if (missing.length > 0) return { ok: false, problem: 'missing-input', errors: missing };
  if (invalid.length > 0) return { ok: false, problem: 'invalid-input', errors: invalid };
  return { ok: true, inputs };
}

/** A scheme that says where the worker looks, and a name there. */
const SECRET_REFERENCE = /^[a-z][a-z0-9+.-]{0,30}:[A-Za-z0-9._/-]{1,200}$/;

/** A sentence that says what is wrong with the value but for its pattern, or undefined. */
export function whyInvalid(input: RequiredInput, value: InputValue): string | undefined {
  const name = `"${input.label ?? input.name}"`;
  switch (input.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : `${name} must be a number.`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${name} must be true or false.`;
    case 'secret':
      return typeof value === 'string' && SECRET_REFERENCE.test(value)
        ? undefined
        : `${name} must be a reference to a secret, such as secret:deploy-token, never the secret itself.`;
    case 'enum':
    case 'string': {
      if (typeof value !== 'string') return `${name} must be a string.`;
      if (input.enum !== undefined && !input.enum.includes(value))
        return `${name} must be one of: ${input.enum.join(', ')}.`;
      return undefined;
    }
    default:
      return input.type satisfies never;
  }
}
