import { Environment } from '@marcbachmann/cel-js';
import type { EvaluateCondition } from '../../application/ports/condition.ts';
import type { CheckCondition } from '../../domain/conformance.ts';

/** Conditions are CEL (cel.dev): no loops, no side effects, bounded by the size of their input. */
const environment = new Environment({ unlistedVariablesAreDyn: false })
  .registerVariable('inputs', 'map')
  .registerVariable('candidate', 'map')
  .registerVariable('outputs', 'map');

export const checkCondition: CheckCondition = (expression) => {
  try {
    const checked = environment.check(expression);
    return checked.valid ? undefined : messageOf(checked.error);
  } catch (error) {
    return messageOf(error);
  }
};

export const evaluateCondition: EvaluateCondition = (expression, { inputs, candidate, outputs }) => {
  const { id, kind, labels, metadata } = candidate;
  const value: unknown = environment.evaluate(expression, {
    inputs,
    candidate: { id, kind, labels, metadata },
    outputs,
  });
  if (typeof value !== 'boolean') throw new Error(`It gives ${typeof value}, not true or false.`);
  return value;
};

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error);
}
