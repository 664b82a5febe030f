import type { components } from '@loom/api';
import { z } from 'zod';
import { SECRET_FORMAT } from './secret-reference.ts';

/** One input that a person gives at start, as the contract announces it. */
export type RequiredInput = components['schemas']['RequiredInput'];
/** A {@link RequiredInput} as a definition writes it: `type` defaults to `string`, `required` to true. */
export type RequiredInputSpec = Partial<RequiredInput> & { readonly name: string };

const propertySchema = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean']),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  const: z.string().optional(),
  format: z.string().optional(),
});
const objectSchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

/** A JSON Schema pattern may match anywhere; an announced one is matched against the whole value. */
function matchWhole(pattern: string): string {
  const isAnchored = pattern.startsWith('^') && pattern.endsWith('$') && !pattern.includes('|');
  return isAnchored ? pattern : `[\\s\\S]*(?:${pattern})[\\s\\S]*`;
}

function typeOf(
  { format, type }: z.output<typeof propertySchema>,
  hasChoices: boolean,
): RequiredInput['type'] {
  if (hasChoices) return 'enum';
  if (format === SECRET_FORMAT) return 'secret';
  return type === 'integer' ? 'number' : type;
}

/** Lookaround and back references, which the server's engine for patterns (RE2) does not take. */
const BEYOND_RE2 = /\(\?<?[=!]|\\(?:[1-9]|k<)/;

function describeInput(
  name: string,
  property: z.output<typeof propertySchema>,
  isRequired: boolean,
): RequiredInput {
  const { title, description } = property;
  // What is not announced, the worker still checks.
  const pattern = BEYOND_RE2.test(property.pattern ?? '') ? undefined : property.pattern;
  const choices = property.enum ?? (property.const === undefined ? undefined : [property.const]);
  const type = typeOf(property, choices !== undefined);
  return {
    name,
    type,
    required: isRequired || property.default !== undefined,
    ...(title === undefined ? {} : { label: title }),
    ...(description === undefined ? {} : { description }),
    ...(property.default === undefined ? {} : { default: property.default }),
    ...(pattern === undefined || type === 'enum' || type === 'secret'
      ? {}
      : { pattern: matchWhole(pattern) }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}

/**
 * What the server asks people for, derived from the inputs that a migration parses. Title becomes the label; what
 * the announcement cannot express (a minimum, say) is still checked by the worker.
 *
 * @returns The inputs, or the mistakes where a field is not a string, number, boolean or enum.
 */
export function deriveRequiredInputs(inputs: z.ZodObject): {
  readonly requiredInputs: readonly RequiredInput[];
  readonly mistakes: readonly string[];
} {
  const schema = objectSchema.parse(z.toJSONSchema(inputs, { io: 'input', unrepresentable: 'any' }));
  const requiredInputs: RequiredInput[] = [];
  const mistakes: string[] = [];
  for (const [name, value] of Object.entries(schema.properties)) {
    const property = propertySchema.safeParse(value);
    if (property.success) {
      requiredInputs.push(describeInput(name, property.data, schema.required.includes(name)));
    } else {
      mistakes.push(`inputs.${name}: must be a string, number, boolean or enum of strings`);
    }
  }
  return { requiredInputs, mistakes };
}
