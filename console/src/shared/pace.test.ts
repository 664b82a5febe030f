// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { connection } from './connection.ts';
import { expectChange, pace, paceMs } from './pace.ts';
import { NoAnswerError, ProblemError } from './problem.ts';

const ask = (data: { running: boolean } | undefined, error: Error | null = null) =>
  pace<{ running: boolean }>(({ running }) => running)({ state: { data, error } } as never);

describe('the pace of a view', () => {
  it('is fast while something runs and slow otherwise', () => {
    expect(ask({ running: true })).toBe(paceMs.running);
    expect(ask({ running: false })).toBe(paceMs.idle);
    expect(ask(undefined)).toBe(paceMs.idle);
  });

  it('is slowest while nobody looks', () => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    expect(ask({ running: true })).toBe(paceMs.hidden);
  });

  it('reads soon again after half an answer, not after a refusal', () => {
    expect(ask(undefined, new NoAnswerError('The answer broke off.'))).toBe(paceMs.recovering);
    const refusal = new ProblemError({ type: '/problems/not-found', title: 'Nothing', status: 404 });
    expect(ask(undefined, refusal)).toBe(paceMs.idle);
  });

  it('looks for a silent server often', () => {
    connection.unanswered(Date.now() + 1_000);
    expect(ask({ running: false })).toBe(paceMs.recovering);
    connection.answered();
  });

  // Last, since what was commanded is remembered.
  it('is fast after a command, until it was carried out for sure', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    expectChange();
    now.mockReturnValue(10_999);
    expect(ask({ running: false })).toBe(paceMs.running);
    now.mockReturnValue(11_000);
    expect(ask({ running: false })).toBe(paceMs.idle);
  });
});
