import { describe, expect, it } from 'vitest';
import { aMigration } from '../testing/samples.ts';
import { workerHealth } from './worker-health.ts';

describe('the worker behind a migration', () => {
  const wordOf = (liveInstances: number, drainingInstances: number, drainedInstances: number) =>
    workerHealth(aMigration({ liveInstances, drainingInstances, drainedInstances })).word;

  it('is away only where nobody drains it', () => {
    expect(wordOf(0, 0, 0)).toBe('Away');
    expect(wordOf(0, 2, 1)).toBe('Draining');
    expect(wordOf(0, 2, 2)).toBe('Drained');
  });

  it('is healthy while one instance takes steps, and falters while runs wait for it', () => {
    expect(wordOf(1, 1, 1)).toBe('Healthy');
    const counts = { ...aMigration().counts, runState: { awaiting_worker: 1 } };
    expect(workerHealth(aMigration({ counts })).word).toBe('Faltering');
  });
});
