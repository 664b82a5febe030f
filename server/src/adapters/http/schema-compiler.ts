import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { whyInvalidCandidateId } from '../../domain/candidate.ts';
import type { Contract, JsonSchema } from './contract.ts';

export type { ErrorObject as SchemaError } from 'ajv';

/** Checks a value against one schema of the contract; gives back what is wrong, or nothing. */
export type SchemaCheck = (value: unknown, manyErrors?: boolean) => readonly ErrorObject[];

export interface SchemaCompiler {
  compile(schema: JsonSchema): SchemaCheck;
}

const DOCUMENT = 'openapi.yaml';
/** The rules that a pattern cannot say: bytes of UTF-8, NFC, and the rest of the domain's rule. */
export const CANDIDATE_ID_FORMAT = 'candidate-id';

/** `defaults` fills in what a value leaves out, for requests. Schemas are JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export function createSchemaCompiler(
  contract: Contract,
  { defaults }: { readonly defaults: boolean },
): SchemaCompiler {
  const options: Options = {
    strict: false,
    useDefaults: defaults,
    verbose: true,
    formats: { [CANDIDATE_ID_FORMAT]: (id: string) => whyInvalidCandidateId(id) === undefined },
  };
  const fast = new Ajv2020({ ...options, allErrors: false });
  const thorough = new Ajv2020({ ...options, allErrors: true });
  const document = withCandidateIdFormat(contract.document);
  for (const ajv of [fast, thorough]) ajv.addSchema(document, DOCUMENT);

  return {
    compile: (schema) => {
      const absolute = withAbsoluteReferences(schema);
      const first = fast.compile(absolute);
      let all: ValidateFunction | undefined;
      return (value, manyErrors = false) => {
        if (first(value)) return [];
        if (!manyErrors) return first.errors ?? [];
        all ??= thorough.compile(absolute);
        return all(value) ? [] : (all.errors ?? []);
      };
    },
  };
}

function withCandidateIdFormat(document: Contract['document']): Record<string, unknown> {
  const components = document['components'] as Record<string, Record<string, object>>;
  const schemas = components['schemas'] ?? {};
  return {
    ...document,
    components: {
      ...components,
      schemas: { ...schemas, CandidateId: { ...schemas['CandidateId'], format: CANDIDATE_ID_FORMAT } },
    },
  };
}

/** A schema taken out of the document keeps pointing into it. */
function withAbsoluteReferences(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (name, value: unknown) =>
    name === '$ref' && typeof value === 'string' && value.startsWith('#') ? `${DOCUMENT}${value}` : value,
  );
  return JSON.parse(text) as JsonSchema;
}
