import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

export interface ContractParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** A reference into the document or a schema of its own. */
  readonly schema: JsonSchema;
}

export interface ContractResponse {
  /** By media type; empty for an answer without a body. */
  readonly content: Readonly<Record<string, JsonSchema>>;
}

export interface ContractOperation {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in the document, below `base`. */
  readonly path: string;
  readonly base: string;
  readonly parameters: readonly ContractParameter[];
  /** Only with a bearer token. */
  readonly needsToken: boolean;
  readonly body?: { readonly required: boolean; readonly content: Readonly<Record<string, JsonSchema>> };
  /** By status, and `default`. */
  readonly responses: Readonly<Record<string, ContractResponse>>;
}

export interface ContractProblem {
  readonly status: number;
  readonly title: string;
  readonly mend: string;
}

/** `api/openapi.yaml` as the server uses it. */
export interface Contract {
  readonly document: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly operations: readonly ContractOperation[];
  readonly problems: Readonly<Record<string, ContractProblem>>;
}

type Node = Readonly<Record<string, unknown>>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

let loaded: Contract | undefined;

/** Read and parsed once per process. */
export function loadContract(): Contract {
  loaded ??= readContract(parse(readFileSync(contractFile(), 'utf8')) as Node);
  return loaded;
}

function contractFile(): string {
  return createRequire(import.meta.url).resolve('@loom/api/openapi.yaml');
}

export function readContract(document: Node): Contract {
  const resolve = (node: unknown): Node => followReference(document, node);
  const defaultBase = baseOf(document) ?? '';
  const operations: ContractOperation[] = [];
  for (const [path, item] of Object.entries(document['paths'] as Record<string, Node>)) {
    for (const method of METHODS) {
      const operation = item[method] as Node | undefined;
      if (operation === undefined) continue;
      const parameters = [...listOf(item['parameters']), ...listOf(operation['parameters'])].map(resolve);
      const body = operation['requestBody'] === undefined ? undefined : resolve(operation['requestBody']);
      operations.push({
        id: String(operation['operationId']),
        method,
        path,
        base: baseOf(item) ?? defaultBase,
        parameters: parameters.map(readParameter),
        needsToken: listOf(operation['security']).length > 0,
        ...(body === undefined
          ? {}
          : { body: { required: body['required'] === true, content: readContent(body) } }),
        responses: Object.fromEntries(
          Object.entries(operation['responses'] as Node).map(([status, response]) => [
            status,
            { content: readContent(resolve(response)) },
          ]),
        ),
      });
    }
  }
  return {
    document,
    version: String((document['info'] as Node)['version']),
    operations,
    problems: document['x-problems'] as Contract['problems'],
  };
}

function readParameter(parameter: Node): ContractParameter {
  return {
    name: String(parameter['name']),
    in: parameter['in'] as ContractParameter['in'],
    required: parameter['required'] === true,
    schema: parameter['schema'] as JsonSchema,
  };
}

function readContent(node: Node): Readonly<Record<string, JsonSchema>> {
  const content = (node['content'] ?? {}) as Record<string, Node>;
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, media]) => [mediaType, (media['schema'] ?? true) as JsonSchema]),
  );
}

function baseOf(node: Node): string | undefined {
  const [server] = listOf(node['servers']) as Node[];
  return server === undefined ? undefined : String(server['url']).replace(/\/$/, '');
}

function listOf(node: unknown): readonly unknown[] {
  return Array.isArray(node) ? node : [];
}

/** Follows a local `$ref`, such as `#/components/parameters/Limit`. */
export function followReference(document: Node, node: unknown): Node {
  const reference = (node as Node)['$ref'];
  if (typeof reference !== 'string') return node as Node;
  const target = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((parent, name) => (parent as Node | undefined)?.[name], document);
  if (target === undefined) throw new Error(`The contract refers to ${reference}, which it does not hold.`);
  return followReference(document, target);
}
