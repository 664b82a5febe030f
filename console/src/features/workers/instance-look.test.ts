import { describe, expect, it } from 'vitest';
import { anInstance, aPause } from '../../testing/samples.ts';
import { canDrain } from './drain-button.tsx';
import { appLook, instanceLook } from './instance-look.ts';

const draining = { state: 'draining', draining: aPause() } as const;
const app = (instances: Parameters<typeof appLook>[0]['instances'], parked = 0) => ({
  ...{ workerApp: 'charts', migrations: [], parked, instances },
});

describe('an instance', () => {
  it('that is drained is told from one that has withdrawn', () => {
    expect(instanceLook(anInstance({ state: 'draining' })).word).toBe('Leaving');
    expect(instanceLook(anInstance(draining)).word).toBe('Draining');
    expect(instanceLook(anInstance({ ...draining, isDrained: true })).word).toBe('Drained, safe to stop');
    expect(instanceLook(anInstance({ ...draining, state: 'dead' })).word).toBe('Dead');
  });
});

it('An instance is drained while it is there, and resumed wherever somebody drains it', () => {
  for (const state of ['starting', 'ready', 'busy', 'suspect'] as const)
    expect(canDrain(anInstance({ state }))).toBe(true);
  for (const state of ['dead', 'draining'] as const) {
    expect(canDrain(anInstance({ state }))).toBe(false);
    expect(canDrain(anInstance({ ...draining, state }))).toBe(true);
  }
});

describe('a worker app', () => {
  it('is healthy, faltering, draining, drained or away', () => {
    expect(appLook(app([anInstance()])).word).toBe('Healthy');
    expect(appLook(app([anInstance()], 2)).word).toBe('Faltering');
    expect(appLook(app([anInstance(), anInstance({ state: 'suspect' })])).word).toBe('Faltering');
    expect(appLook(app([anInstance(draining), anInstance({ state: 'dead' })], 2)).word).toBe('Draining');
    expect(appLook(app([anInstance({ ...draining, isDrained: true })])).word).toBe('Drained');
    expect(appLook(app([anInstance({ state: 'draining' })])).word).toBe('Away');
    expect(appLook(app([])).word).toBe('Away');
  });
});
