import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const document: unknown = parse(readFileSync(new URL('../../../api/openapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document as object, 'loom');
const validators = new Map<string, ValidateFunction>();

/** What the contract says against a value, as a schema of its components; empty when it fits. */
export function checkByContract(schema: string, value: unknown): readonly string[] {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `loom#/components/schemas/${schema}` });
    validators.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
