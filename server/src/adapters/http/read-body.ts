import express, { type Request, type Response } from 'express';
import type { ContractOperation } from './contract.ts';
import { escapePointer } from './explain-schema-errors.ts';
import { HttpProblem, malformed } from './http-problem.ts';

/** Enough for any JSON that people write, and far from what a recursive function cannot walk. */
const MAX_DEPTH = 64;
/** More than 1,000 candidates with 100 file groups each. */
const MAX_OBJECTS = 250_000;

export interface ReadBody {
  /** Undefined when none was sent. */
  readonly value: unknown;
  readonly bytes: number;
}

type BodyReader = (request: Request, response: Response) => Promise<ReadBody>;

/** Reads JSON of a bounded size and depth, without names that reach a prototype when they are copied. */
export function createBodyReader(operation: ContractOperation, maxBytes: number): BodyReader {
  const { body } = operation;
  if (body === undefined) return async () => ({ value: undefined, bytes: 0 });
  const mediaTypes = Object.keys(body.content);
  let bytes = 0;
  const parse = express.json({
    limit: maxBytes,
    type: () => true,
    strict: false,
    verify: (_request, _response, buffer) => {
      bytes = buffer.length;
    },
  });
  return async (request, response) => {
    if (!hasBody(request)) return { value: undefined, bytes: 0 };
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!mediaTypes.includes(mediaType))
      throw new HttpProblem(
        {
          word: 'unsupported-media-type',
          detail: `${mediaType === '' ? 'No media type' : `"${mediaType.slice(0, 100)}"`} was sent; this operation takes ${mediaTypes.join(' or ')}.`,
        },
        { Accept: mediaTypes.join(', ') },
      );
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error: unknown) =>
        error === undefined ? resolve() : reject(asProblem(error, maxBytes)),
      );
    });
    const value = request.body as unknown;
    refuseHostileShape(value);
    return { value, bytes };
  };
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** body-parser tells its reasons by `type`; what is not one of them is ours to answer for. */
function asProblem(error: unknown, maxBytes: number): unknown {
  const { type, status, message } = error as { type?: string; status?: number; message?: string };
  if (type === 'entity.too.large')
    return new HttpProblem({
      word: 'payload-too-large',
      detail: `The body is larger than ${maxBytes} bytes, the limit of this operation.`,
    });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new HttpProblem({ word: 'unsupported-media-type', detail: `${message}.` });
  if (status !== undefined && status < 500) return malformed(`The body could not be read: ${message}.`);
  return error;
}

interface Nested {
  readonly value: object;
  readonly parent: Nested | undefined;
  readonly name: string;
  readonly depth: number;
}

/** Without recursion, since that is what hostile nesting is aimed at. */
function refuseHostileShape(root: unknown): void {
  if (typeof root !== 'object' || root === null) return;
  const open: Nested[] = [{ value: root, parent: undefined, name: '', depth: 1 }];
  let seen = 0;
  for (let nested = open.pop(); nested !== undefined; nested = open.pop()) {
    const { value, depth } = nested;
    if ((seen += 1) > MAX_OBJECTS)
      throw malformed(`The body holds more than ${MAX_OBJECTS} objects and arrays; send it in parts.`);
    if (depth > MAX_DEPTH)
      throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`, [
        { path: pointerTo(nested), message: 'Send a flatter structure.' },
      ]);
    if (Object.hasOwn(value, '__proto__'))
      throw malformed('The body has a property with the name "__proto__".', [
        { path: `${pointerTo(nested)}/__proto__`, message: 'Leave this property out.' },
      ]);
    for (const name in value) {
      const child: unknown = (value as Record<string, unknown>)[name];
      if (typeof child === 'object' && child !== null)
        open.push({ value: child, parent: nested, name, depth: depth + 1 });
    }
  }
}

function pointerTo(nested: Nested): string {
  const names: string[] = [];
  for (let at: Nested | undefined = nested; at?.parent !== undefined; at = at.parent)
    names.unshift(escapePointer(at.name.slice(0, 100)));
  return names.map((name) => `/${name}`).join('');
}
