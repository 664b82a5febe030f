import { describe, expect, it, vi } from 'vitest';
import { checkReadiness, type PartStatus, type ReadinessCheck } from './readiness.ts';

function part(name: string, status: PartStatus, isVital: boolean): ReadinessCheck {
  return { name, isVital, check: async () => ({ status }) };
}

describe('readiness', () => {
  it.each([
    ['healthy', 'healthy', 'healthy'],
    ['degraded', 'healthy', 'degraded'],
    ['healthy', 'degraded', 'degraded'],
    ['healthy', 'down', 'degraded'],
    ['down', 'healthy', 'down'],
  ] as const)('with a vital part %s and another %s is %s', async (vital, other, expected) => {
    const checks = [part('vital', vital, true), part('other', other, false)];
    const readiness = await checkReadiness(checks, false);
    expect(readiness.status).toBe(expected);
    expect(readiness.parts).toEqual({ vital: { status: vital }, other: { status: other } });
  });

  it('is down while the server shuts down, whatever its parts are', async () => {
    const readiness = await checkReadiness([part('vital', 'healthy', true)], true);
    expect(readiness).toMatchObject({ status: 'down', parts: { server: { status: 'down' } } });
  });

  it('calls a part down that fails, and tells nobody the error', async () => {
    const failing = {
      ...part('vital', 'healthy', true),
      check: () => Promise.reject(new Error('redis://u:p@h')),
    };
    expect(await checkReadiness([failing], false)).toEqual({
      status: 'down',
      parts: { vital: { status: 'down', detail: 'It does not answer.' } },
    });
  });

  it('calls a part down that hangs', async () => {
    vi.useFakeTimers();
    try {
      const hanging = { ...part('vital', 'healthy', true), check: () => new Promise<never>(() => {}) };
      const asked = checkReadiness([hanging], false);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await asked).toMatchObject({
        status: 'down',
        parts: { vital: { detail: 'No answer within 2 s.' } },
      });
    } finally {
      vi.useRealTimers();
    }
  });
});
