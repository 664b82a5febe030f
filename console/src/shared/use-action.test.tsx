// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { NoAnswerError, ProblemError } from './problem.ts';
import { type Send, useAction } from './use-action.ts';

function render(send: Send<string, string>) {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useAction(send), { wrapper }).result;
}

const refusal = new ProblemError({ type: '/problems/run-open', title: 'A run is open', status: 409 });

describe('an action', () => {
  it('keeps one key for all tries of a click', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
    const keys: string[] = [];
    const action = render(async (_, key) => {
      keys.push(key);
      if (keys.length < 3) throw new NoAnswerError('Gone.');
      return 'done';
    });
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.answer).toBe('done'), { timeout: 8_000 });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('uses a new key for a new click', async () => {
    const keys: string[] = [];
    const action = render(async (_, key) => {
      keys.push(key);
      throw refusal;
    });
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.error).toBe(refusal));
    act(() => action.current.run('a'));
    await waitFor(() => expect(keys).toHaveLength(2));
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('uses the old key again where it is not known whether the first click counted', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
    const keys: string[] = [];
    const action = render(async (_, key) => {
      keys.push(key);
      throw new NoAnswerError('Gone.');
    });
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.error).not.toBeNull(), { timeout: 8_000 });
    act(() => action.current.run('a'));
    await waitFor(() => expect(keys.length).toBeGreaterThan(3), { timeout: 8_000 });
    expect(new Set(keys).size).toBe(1);
  });

  it('is not done twice by two clicks', async () => {
    const send = vi.fn(async () => 'done');
    const action = render(send);
    act(() => {
      action.current.run('a');
      action.current.run('a');
    });
    await waitFor(() => expect(action.current.answer).toBe('done'));
    expect(send).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a worker that is away for long', 10_000],
    ['a server that says nothing about when', undefined],
  ])('tells a refusal at once: %s', async (_, retryAfterMs) => {
    const away = new ProblemError(
      { type: '/problems/worker-unavailable', title: 'Away', status: 503 },
      retryAfterMs,
    );
    const send = vi.fn(async () => {
      throw away;
    });
    const action = render(send);
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.error).toBe(away));
    expect(send).toHaveBeenCalledTimes(1);
    expect(action.current.working('Asking…')).toBe(false);
  });

  it('says while it tries again by itself that it does', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 });
    const away = new ProblemError({ type: '/problems/unavailable', title: 'Away', status: 503 }, 2_000);
    let refuse: (cause: Error) => void = () => {};
    const answers = [new Promise<string>((_, reject) => (refuse = reject))];
    const action = render(async () => answers.shift() ?? 'done');
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.working('Asking…')).toBe('Asking…'));
    refuse(away);
    await waitFor(() => expect(action.current.working('Asking…')).toBe('Trying again…'));
    await waitFor(() => expect(action.current.answer).toBe('done'), { timeout: 8_000 });
    expect(action.current.working('Asking…')).toBe(false);
  });

  it('never sticks: a refusal ends the working (trap 15)', async () => {
    const action = render(async () => {
      throw refusal;
    });
    act(() => action.current.run('a'));
    await waitFor(() => expect(action.current.error).toBe(refusal));
    expect(action.current.isWorking).toBe(false);
  });
});
