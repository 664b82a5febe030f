import type { ErrorObject, FuncKeywordDefinition, Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { whyInvalidCandidateId } from '../../domain/candidate.ts';
import { toProse } from '../../domain/prose.ts';
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

/** Makes prose of the text that is marked so, before its length is looked at. */
const PROSE: FuncKeywordDefinition = {
  keyword: 'x-prose',
  type: 'string',
  before: 'maxLength',
  modifying: true,
  errors: false,
  validate: (_isProse: true, text: string, _schema?: unknown, at?: DataValidationCxt) => {
    if (at !== undefined) at.parentData[at.parentDataProperty] = toProse(text);
    return true;
  },
};

/** One per document; each schema is compiled when it is first used. `defaults` fills in what a value leaves out, for requests. Schemas are JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export function schemaCompiler(
  contract: Contract,
  { defaults }: { readonly defaults: boolean },
): SchemaCompiler {
  const compilers = defaults ? fillingCompilers : plainCompilers;
  const compiler = compilers.get(contract.document) ?? createCompiler(contract, defaults);
  compilers.set(contract.document, compiler);
  return compiler;
}

const fillingCompilers = new WeakMap<object, SchemaCompiler>();
const plainCompilers = new WeakMap<object, SchemaCompiler>();

function createCompiler(contract: Contract, defaults: boolean): SchemaCompiler {
  const options: Options = {
    strict: false,
    // The contract is linted where it is written.
    meta: false,
    validateSchema: false,
    useDefaults: defaults,
    verbose: true,
    formats: { [CANDIDATE_ID_FORMAT]: (id: string) => whyInvalidCandidateId(id) === undefined },
  };
  const fast = new Ajv2020({ ...options, allErrors: false });
  const thorough = new Ajv2020({ ...options, allErrors: true });
  // Only of what comes in: an answer is checked as it is.
  if (defaults) for (const ajv of [fast, thorough]) ajv.addKeyword(PROSE);
  const document = withCandidateIdFormat(contract.document);
  for (const ajv of [fast, thorough]) ajv.addSchema(document, DOCUMENT);

  /** Operations share most of their parameters. */
  const checks = new Map<string, SchemaCheck>();
  return {
    compile: (schema) => {
      const text = absoluteText(schema);
      const known = checks.get(text);
      if (known !== undefined) return known;
      const absolute = JSON.parse(text) as JsonSchema;
      let first: ValidateFunction | undefined;
      let all: ValidateFunction | undefined;
      const check: SchemaCheck = (value, manyErrors = false) => {
        first ??= fast.compile(absolute);
        if (first(value)) return [];
        if (!manyErrors) return first.errors ?? [];
        all ??= thorough.compile(absolute);
        return all(value) ? [] : (all.errors ?? []);
      };
      checks.set(text, check);
      return check;
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
function absoluteText(schema: JsonSchema): string {
  return JSON.stringify(schema, (name, value: unknown) =>
    name === '$ref' && typeof value === 'string' && value.startsWith('#') ? `${DOCUMENT}${value}` : value,
  );
}
