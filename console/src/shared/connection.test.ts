import { describe, expect, it, vi } from 'vitest';
import { connection } from './connection.ts';

describe('the connection', () => {
  it('is not silent while other requests are answered', () => {
    vi.useFakeTimers({ now: 1_000 });
    connection.answered();
    const startedAt = Date.now();
    vi.setSystemTime(2_000);
    connection.answered();
    connection.unanswered(startedAt);
    expect(connection.current()).toEqual({ state: 'answering' });
  });

  it('is silent since it was last heard', () => {
    vi.useFakeTimers({ now: 1_000 });
    connection.answered();
    vi.setSystemTime(5_000);
    connection.unanswered(4_000);
    expect(connection.current()).toEqual({ state: 'silent', since: 1_000 });
    connection.answered();
  });

  it('is silent from the beginning where it was never heard', async () => {
    vi.resetModules();
    const { connection: fresh } = await import('./connection.ts');
    fresh.unanswered(4_000);
    expect(fresh.current()).toEqual({ state: 'silent', since: undefined });
  });

  it('tells its listeners once per change', () => {
    vi.useFakeTimers({ now: 1_000 });
    connection.answered();
    const listener = vi.fn();
    const stop = connection.subscribe(listener);
    vi.setSystemTime(5_000);
    connection.unanswered(4_000);
    connection.unanswered(4_500);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    connection.answered();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
