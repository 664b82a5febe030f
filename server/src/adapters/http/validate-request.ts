import type { FieldError } from '../../domain/problem.ts';
import {
  type Contract,
  type ContractOperation,
  type ContractParameter,
  followReference,
} from './contract.ts';
import { explainSchemaErrors } from './explain-schema-errors.ts';
import { HttpProblem, malformed } from './http-problem.ts';
import type { ReadBody } from './read-body.ts';
import type { SchemaCheck, SchemaCompiler } from './schema-compiler.ts';

/** A request as it arrived, path parameters decoded once. */
export interface ReceivedRequest {
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ReadBody;
}

/** What the contract says it is, with its defaults filled in. */
export interface ValidRequest {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Beyond this size a body is not searched for every mistake; the first is named. */
const THOROUGH_BYTES = 256 * 1024;

/** Gives back a valid request or throws HttpProblem: `malformed-request` for the query, else `invalid-request`. */
export function createRequestValidator(
  contract: Contract,
  operation: ContractOperation,
  compiler: SchemaCompiler,
): (request: ReceivedRequest) => ValidRequest {
  const pathCheck = checkOf('path', operation, compiler);
  const queryCheck = checkOf('query', operation, compiler);
  const headerCheck = checkOf('header', operation, compiler);
  const readQuery = createQueryReader(contract, operation);
  const bodySchema = Object.values(operation.body?.content ?? {})[0];
  const bodyCheck = bodySchema === undefined ? undefined : compiler.compile(bodySchema);

  return (request) => {
    const params = { ...request.params };
    const query = readQuery(request.query);
    const headers = pickHeaders(operation, request.headers);
    refuseAny(invalid('The path does not fit the contract.'), pathCheck(params, true), dropSlash);
    refuseAny(
      (errors) => malformed('A query parameter is wrong.', errors),
      queryCheck(query, true),
      dropSlash,
    );
    refuseAny((errors) => malformed('A header is wrong.', errors), headerCheck(headers, true), dropSlash);
    return { params, query, headers, body: bodyCheck && checkBody(operation, bodyCheck, request.body) };
  };
}

function checkBody(operation: ContractOperation, check: SchemaCheck, body: ReadBody): unknown {
  if (body.value === undefined && operation.body?.required === true)
    throw invalid('The request has no body.')([{ path: '', message: 'Send a JSON body.' }]);
  const value = body.value ?? {};
  refuseAny(invalid('The body does not fit the contract.'), check(value, body.bytes <= THOROUGH_BYTES));
  return value;
}

function invalid(detail: string) {
  return (errors: readonly FieldError[]) => new HttpProblem({ word: 'invalid-request', detail, errors });
}

function refuseAny(
  refuse: (errors: readonly FieldError[]) => HttpProblem,
  errors: ReturnType<SchemaCheck>,
  rename: (path: string) => string = (path) => path,
): void {
  if (errors.length === 0) return;
  throw refuse(explainSchemaErrors(errors).map(({ path, message }) => ({ path: rename(path), message })));
}

/** A parameter is named, a field of a body is pointed to. */
function dropSlash(path: string): string {
  return path.replace(/^\//, '');
}

function checkOf(
  place: ContractParameter['in'],
  { parameters }: ContractOperation,
  compiler: SchemaCompiler,
): SchemaCheck {
  const here = parameters.filter((parameter) => parameter.in === place);
  return compiler.compile({
    type: 'object',
    properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
    required: here.filter(({ required }) => required).map(({ name }) => name),
  });
}

function pickHeaders(
  { parameters }: ContractOperation,
  headers: ReceivedRequest['headers'],
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const { name, in: place } of parameters) {
    const value = place === 'header' ? headers[name.toLowerCase()] : undefined;
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

type QueryType = 'string' | 'integer' | 'boolean' | 'array';

/** Query strings hold text only; the contract says what it stands for. */
function createQueryReader(contract: Contract, { parameters }: ContractOperation) {
  const types = new Map<string, QueryType>(
    parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema }) => [name, followReference(contract.document, schema)['type'] as QueryType]),
  );
  return (text: string): Record<string, unknown> => {
    refuseBrokenEncoding(text);
    const given = new URLSearchParams(text);
    const query: Record<string, unknown> = {};
    for (const name of new Set(given.keys())) {
      const type = types.get(name);
      if (type === undefined)
        throw malformed(`"${name.slice(0, 100)}" is not a query parameter of this operation.`, [
          {
            path: name.slice(0, 100),
            message: `Leave it out; known are: ${[...types.keys()].join(', ') || 'none'}.`,
          },
        ]);
      const values = given.getAll(name);
      if (values.length > 1 && type !== 'array')
        throw malformed(`"${name}" was given ${values.length} times.`, [
          { path: name, message: 'Give it once.' },
        ]);
      query[name] = type === 'array' ? values : readValue(type, values[0] ?? '');
    }
    return query;
  };
}

/** What cannot be read as the type stays text, which the schema then refuses. */
function readValue(type: QueryType, text: string): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function refuseBrokenEncoding(text: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw malformed('The query string is not percent-encoded UTF-8.');
  }
}
