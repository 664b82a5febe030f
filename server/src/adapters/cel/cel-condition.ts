import { Environment } from '@marcbachmann/cel-js';
import type { EvaluateCondition } from '../../application/ports/condition.ts';
import type { CheckCondition } from '../../domain/conformance.ts';
import { withinTime } from './within-time.ts';

/** Conditions are CEL (cel.dev): no side effects, and loops over what they are given only. */
const environment = new Environment({ unlistedVariablesAreDyn: false })
  .registerVariable('inputs', 'map')
  .registerVariable('candidate', 'map')
  .registerVariable('outputs', 'map');

/** They are a worker's, and the engine does nothing else meanwhile. Ordinary ones take a thousandth of it. */
const LONGEST_MS = 50;

export const checkCondition: CheckCondition = (expression) => {
  try {
    const { valid, error, type } = environment.check(expression);
    if (!valid) return messageOf(error);
    return type === 'bool' || type === 'dyn' ? undefined : `It gives ${type}, not true or false.`;
  } catch (error) {
    return messageOf(error);
  }
};

export const evaluateCondition: EvaluateCondition = (expression, { inputs, candidate, outputs }) => {
  const { id, kind, labels, metadata } = candidate;
  const scope = { inputs, candidate: { id, kind, labels, metadata }, outputs };
  const value = evaluateBriefly(expression, scope);
  if (value === undefined) throw new Error(`It takes longer than ${LONGEST_MS} ms.`);
  if (typeof value !== 'boolean') throw new Error(`It gives ${typeof value}, not true or false.`);
  return value;
};

function evaluateBriefly(expression: string, scope: Record<string, unknown>): unknown {
  try {
    return withinTime(LONGEST_MS, () => environment.evaluate(expression, scope) as unknown);
  } catch (error) {
    // Without the picture of the expression that follows.
    throw new Error(messageOf(error), { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error);
}
