import type { Contract, ContractOperation } from './contract.ts';
import type { RenderedAnswer } from './rendered-answer.ts';
import { schemaCompiler } from './schema-compiler.ts';

/** Says how an answer breaks the contract, or nothing. For tests; the server does not spend time on it. */
export type AnswerCheck = (operationId: string, answer: RenderedAnswer) => string | undefined;

export function createAnswerCheck(contract: Contract): AnswerCheck {
  const compiler = schemaCompiler(contract, { defaults: false });
  const operations = new Map(contract.operations.map((operation) => [operation.id, operation]));

  return (operationId, { status, headers, body }) => {
    const operation = operations.get(operationId);
    if (operation === undefined) return `${operationId} is not an operation of the contract`;
    const place = `${operationId} ${status}`;
    const response = responseOf(operation, status);
    if (response === undefined) return `${place} is not in the contract`;
    const mediaTypes = Object.keys(response.content);
    if (mediaTypes.length === 0)
      return body === '' ? undefined : `${place} has a body that it should not have`;
    const mediaType = headers['Content-Type']?.split(';')[0] ?? '';
    const schema = response.content[mediaType];
    if (schema === undefined)
      return `${place} is ${mediaType || 'without a media type'}, not ${mediaTypes.join(' or ')}`;
    if (!mediaType.endsWith('json')) return undefined;
    const errors = compiler.compile(schema)(JSON.parse(body), true);
    if (errors.length === 0) return undefined;
    return `${place}: ${errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ')}`;
  };
}

function responseOf({ responses }: ContractOperation, status: number) {
  const response = responses[String(status)];
  if (response !== undefined) return response;
  return status >= 400 ? responses['default'] : undefined;
}
