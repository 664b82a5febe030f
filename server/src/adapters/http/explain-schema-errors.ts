import { closest, distance } from 'fastest-levenshtein';
import { whyInvalidCandidateId } from '../../domain/candidate.ts';
import type { FieldError } from '../../domain/problem.ts';
import { CANDIDATE_ID_FORMAT, type SchemaError } from './schema-compiler.ts';

const MAX_ERRORS = 20;
const SHOWN_VALUES = 12;

/** Each field once, with a sentence that says how to mend it. */
export function explainSchemaErrors(errors: readonly SchemaError[]): readonly FieldError[] {
  const byPath = new Map<string, FieldError>();
  for (const error of errors) {
    if (byPath.size >= MAX_ERRORS) break;
    const path = pathOf(error);
    if (!byPath.has(path)) byPath.set(path, { path, message: explain(error) });
  }
  return [...byPath.values()];
}

/** JSON Pointer (RFC 6901) of the field that is wrong, which for a missing or unknown one is the field itself. */
function pathOf({ instancePath, params }: SchemaError): string {
  const property = params['missingProperty'] ?? params['additionalProperty'];
  return property === undefined ? instancePath : `${instancePath}/${escapePointer(String(property))}`;
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function explain(error: SchemaError): string {
  const { keyword, params, data } = error;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'required':
      return `"${params['missingProperty']}" is required.`;
    case 'additionalProperties':
      return explainUnknown(String(params['additionalProperty']), error);
    case 'type':
      return `Must be ${named(params['type'])}, not ${typeName(data)}.`;
    case 'enum':
      return `Must be one of: ${list(params['allowedValues'] as readonly unknown[])}.`;
    case 'const':
      return `Must be ${JSON.stringify(params['allowedValue'])}.`;
    case 'format':
      return explainFormat(String(params['format']), data);
    case 'pattern':
      return `Must match ${params['pattern']}${describe(error)}.`;
    case 'minLength':
      return limit === '1' ? 'Must not be empty.' : `Must have at least ${limit} characters.`;
    case 'maxLength':
      return `Must have at most ${limit} characters.`;
    case 'minItems':
      return limit === '1' ? 'Must hold at least one item.' : `Must hold at least ${limit} items.`;
    case 'maxItems':
      return `Must hold at most ${limit} items; send the rest in another request.`;
    case 'maxProperties':
      return `Must have at most ${limit} properties.`;
    case 'minimum':
      return `Must be at least ${limit}.`;
    case 'maximum':
      return `Must be at most ${limit}.`;
    default:
      return `The value ${error.message ?? 'does not fit the contract'}.`;
  }
}

function explainUnknown(name: string, { parentSchema }: SchemaError): string {
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  const nearest = known.length === 0 ? undefined : closest(name, known);
  return nearest !== undefined && distance(name, nearest) <= 3
    ? `"${name}" is not known here; did you mean "${nearest}"?`
    : `"${name}" is not known here; known are: ${list(known)}.`;
}

function explainFormat(format: string, data: unknown): string {
  const why = format === CANDIDATE_ID_FORMAT ? whyInvalidCandidateId(String(data)) : undefined;
  return why ?? `Must be a ${format}.`;
}

function describe({ parentSchema }: SchemaError): string {
  const description = parentSchema?.['description'];
  return typeof description === 'string' ? ` (${description.replace(/\.$/, '')})` : '';
}

function list(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map(String).join(', ');
  return values.length > SHOWN_VALUES ? `${shown}, ...` : shown;
}

function named(type: unknown): string {
  if (Array.isArray(type)) return type.map(named).join(' or ');
  if (type === 'null') return 'null';
  return /^[aeio]/.test(String(type)) ? `an ${String(type)}` : `a ${String(type)}`;
}

function typeName(data: unknown): string {
  if (data === null) return 'null';
  return named(Array.isArray(data) ? 'array' : typeof data);
}
