import { describe, expect, it } from 'vitest';
import { chartValuesIn, dropChartValues, isEmptyValues, pickChartValues } from './chart-values.ts';

const file = 'deploy/values-common.yaml';

const shared = `# Common values of ledger.

# Read by the chart:
image:
  repository: registry/ledger
  tag: "1" # by CI
replicaCount: 2

# Read by the alert generator.
alerts:
  channel: "#ledger"
`;

const anchored = `x-sizes:
  small: &small {cpu: 50m}

owner: &owner shop
resources:
  requests: *small
podAnnotations:
  team: *owner
`;

describe('the values of a chart', () => {
  it('are picked with their comments, and what others read is left out', () => {
    expect(pickChartValues(shared, file)).toBe(`# Common values of ledger.

# Read by the chart:
image:
  repository: registry/ledger
  tag: "1" # by CI
replicaCount: 2
`);
  });

  it('are dropped with their comments, and what others read stays', () => {
    expect(dropChartValues(shared, file)).toBe(`# Common values of ledger.

# Read by the alert generator.
alerts:
  channel: "#ledger"
`);
  });

  it('keep the anchors that they need', () => {
    expect(pickChartValues(anchored, file)).toBe(anchored);
    expect(dropChartValues(anchored, file)).toBe(
      'x-sizes:\n  small: &small {cpu: 50m}\n\nowner: &owner shop\n',
    );
  });

  it('take anchors along that nobody else needs', () => {
    const text = 'x-sizes:\n  small: &small {cpu: 50m}\nresources: *small\n';
    expect(dropChartValues(text, file)).toBe('{}\n');
  });

  it.each([
    ['', true],
    ['# nothing\n', true],
    ['{}\n', true],
    ['a: 1\n', false],
  ])('are empty or not: %j', (text, isEmpty) => {
    expect(isEmptyValues(text, file)).toBe(isEmpty);
  });

  it('are listed by name', () => {
    expect(chartValuesIn(shared, file)).toEqual(['image', 'replicaCount']);
    expect(chartValuesIn('', file)).toEqual([]);
    expect(chartValuesIn('- a\n', file)).toEqual([]);
  });
});
