import { describe, expect, test } from 'vitest';
import { checkCondition, evaluateCondition } from './cel-condition.ts';

const scope = {
  inputs: { environment: 'prod', count: 3, text: `${'a'.repeat(60)}!` },
  candidate: { id: 'org/api', kind: 'repository', labels: { team: 'blue' }, metadata: { files: 12 } },
  outputs: { build: { list: Array.from({ length: 5_000 }, (_, index) => index) } },
};
const evaluate = (expression: string) => evaluateCondition(expression, scope);

describe('a condition', () => {
  test.each([
    ['inputs.environment == "prod" && inputs.count > 2', true],
    ['candidate.labels.team in ["red", "green"]', false],
    ['candidate.metadata.files < 100.0', true],
    ['candidate.id.matches("^org/")', true],
    ['has(outputs.deploy) && outputs.deploy.url != ""', false],
    ['outputs.build.list.exists(one, one == 4999.0)', true],
  ])('like %s gives %s', (expression, value) => {
    expect(checkCondition(expression)).toBeUndefined();
    expect(evaluate(expression)).toBe(value);
  });

  test.each([
    ['outputs.deploy.url == "x"', 'No such key: deploy'],
    ['inputs.environment.matches("(")', 'Invalid regular expression: ('],
    ['candidate.labels.team', 'It gives string, not true or false.'],
    ['outputs.constructor == 1', 'No such key: constructor'],
  ])('that cannot be evaluated, like %s, says why in a sentence', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(new Error(message));
  });

  test.each([
    ['inputs.x ==', /^Unexpected token/],
    ['elsewhere == 1', /^Unknown variable: elsewhere/],
    ['"prod"', /^It gives string, not true or false/],
    ['size(outputs)', /^It gives int, not true or false/],
  ])('that can never hold, like %s, is found before anything runs', (expression, message) => {
    expect(checkCondition(expression)).toMatch(message);
  });

  test.each([
    ['goes back and back in a regular expression', 'inputs.text.matches("^(a+)+$")'],
    [
      'loops in loops',
      'outputs.build.list.all(x, outputs.build.list.all(y, outputs.build.list.all(z, x + y + z >= 0.0)))',
    ],
  ])('that %s is given up, and the next one is evaluated as ever', (_what, expression) => {
    expect(() => evaluate(expression)).toThrow(new Error('It takes longer than 50 ms.'));
    expect(evaluate('inputs.count == 3')).toBe(true);
  });
});
