import { describe, expect, it } from 'vitest';
import { bindOperations } from './bind-operations.ts';
import { loadContract } from './contract.ts';
import type { OperationHandlers } from './operation-handler.ts';
import type { OperationRouteDeps } from './operation-route.ts';
import { schemaCompiler } from './schema-compiler.ts';

const contract = loadContract();
const deps = {
  contract,
  compiler: schemaCompiler(contract, { defaults: true }),
  maxBodyBytes: () => 1,
} as unknown as OperationRouteDeps;
const handlers = Object.fromEntries(
  contract.operations.map(({ id }) => [id, async () => ({ status: 200 })]),
) as unknown as OperationHandlers;

describe('binding handlers to operations', () => {
  it('takes exactly one handler for each operation', () => {
    expect(() => bindOperations(handlers, deps)).not.toThrow();
  });

  it('refuses to boot when an operation has no handler', () => {
    const { startRun: _, getHealth: __, ...rest } = handlers;
    expect(() => bindOperations(rest, deps)).toThrow('Operations without a handler: startRun, getHealth.');
  });

  it('refuses to boot when a handler has no operation', () => {
    const more = { ...handlers, stopRun: handlers.startRun };
    expect(() => bindOperations(more, deps)).toThrow('Handlers without an operation: stopRun.');
  });
});
