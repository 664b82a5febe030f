import { Router } from 'express';
import type { Contract, ContractOperation } from './contract.ts';
import { HttpProblem } from './http-problem.ts';
import type { AnyHandler, OperationHandlers, OperationId } from './operation-handler.ts';
import { createOperationRoute, type OperationRouteDeps } from './operation-route.ts';

/** A router with every operation of the contract. Throws when one has no handler, or a handler no operation. */
export function bindOperations(handlers: Partial<OperationHandlers>, deps: OperationRouteDeps): Router {
  const { contract } = deps;
  refuseUnbound(contract, handlers);
  const router = Router({ caseSensitive: true, strict: true });
  for (const [path, operations] of groupByPath(contract)) {
    // One place in the router's list for all of a path: the list is gone through for each request.
    const route = router.route(path);
    for (const operation of operations) {
      // The contract has the last word on what reaches a handler, so that here the types may be let go.
      const handler = handlers[operation.id as OperationId] as unknown as AnyHandler;
      route[operation.method](createOperationRoute(operation, handler, deps));
    }
    const allow = allowedMethods(operations);
    route.options((_request, response) => {
      response.set('Allow', allow).status(204).end();
    });
    route.all((request) => {
      throw new HttpProblem(
        { word: 'method-not-allowed', detail: `${request.method} is not one of ${allow}.` },
        { Allow: allow },
      );
    });
  }
  return router;
}

function refuseUnbound({ operations }: Contract, handlers: object): void {
  const ids = new Set(operations.map(({ id }) => id));
  const bound = new Set(Object.keys(handlers));
  const unhandled = [...ids].filter((id) => !bound.has(id));
  const unknown = [...bound].filter((id) => !ids.has(id));
  if (unhandled.length > 0) throw new Error(`Operations without a handler: ${unhandled.join(', ')}.`);
  if (unknown.length > 0) throw new Error(`Handlers without an operation: ${unknown.join(', ')}.`);
}

function groupByPath({ operations }: Contract): ReadonlyMap<string, readonly ContractOperation[]> {
  const byPath = new Map<string, ContractOperation[]>();
  for (const operation of operations) {
    const path = (operation.base + operation.path).replace(/\{(\w+)\}/g, ':$1');
    byPath.set(path, [...(byPath.get(path) ?? []), operation]);
  }
  return byPath;
}

function allowedMethods(operations: readonly ContractOperation[]): string {
  const methods = operations.map(({ method }) => method.toUpperCase());
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
