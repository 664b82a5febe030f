import { describe, expect, it } from 'vitest';
import { anAttempt, aStep } from '../testing/samples.ts';
import { candidateLook, stepLook } from './state-look.ts';

describe('how a step looks', () => {
  it('is like the run while it is active or held', () => {
    const active = aStep('one', { state: 'active' });
    expect(stepLook(active, { runState: 'awaiting_worker' }).word).toBe('Awaiting worker');
    expect(stepLook(aStep('one'), { runState: 'paused' }, true).word).toBe('Paused');
    expect(stepLook(aStep('one'), { runState: 'paused' }).word).toBe('To come');
  });

  it('tells an undo that failed from a step that failed', () => {
    const attempts = [anAttempt(), anAttempt({ phase: 'compensate', outcome: 'failed' })];
    expect(stepLook(aStep('one', { state: 'failed', attempts }), { runState: 'compensating' }).word).toBe(
      'Undo failed',
    );
    const failed = [anAttempt({ outcome: 'failed' })];
    expect(stepLook(aStep('one', { state: 'failed', attempts: failed }), {}).word).toBe('Failed');
  });

  it('stays that of the execution when its undo was skipped', () => {
    const attempts = [anAttempt(), anAttempt({ phase: 'compensate', outcome: 'skipped' })];
    expect(stepLook(aStep('one', { state: 'succeeded', attempts }), {}).word).toBe('Succeeded');
  });

  it('is overdue while an operator has to see to a decision that nobody made in time', () => {
    const active = aStep('one', { state: 'active' });
    const run = { runState: 'awaiting_approval', who: 'operator' } as const;
    expect(stepLook(active, run)).toMatchObject({ word: 'Approval overdue', tone: 'bad', shape: 'late' });
    expect(stepLook(active, { ...run, who: 'reviewer' })).toMatchObject({ word: 'Awaiting approval' });
  });
});

describe('how a candidate looks', () => {
  it('is like what waits for a person once an undo failed, and not before', () => {
    const undoing = { status: 'running', runState: 'compensating' } as const;
    expect(candidateLook({ ...undoing, who: 'worker' })).toMatchObject({ tone: 'progress' });
    expect(candidateLook({ ...undoing, who: 'operator' })).toMatchObject({
      word: 'Undo awaiting retry',
      tone: 'bad',
    });
  });

  it('is overdue, and without a run that of its status', () => {
    const run = { status: 'running', runState: 'awaiting_approval', who: 'operator' } as const;
    expect(candidateLook(run).word).toBe('Approval overdue');
    expect(candidateLook({ status: 'completed' }).word).toBe('Completed');
  });
});
