import { describe, expect, it } from 'vitest';
import { anAttempt, aStep } from '../testing/samples.ts';
import { stepLook } from './state-look.ts';

describe('how a step looks', () => {
  it('is like the run while it is active or held', () => {
    const active = aStep('one', { state: 'active' });
    expect(stepLook(active, 'awaiting_worker').word).toBe('Awaiting worker');
    expect(stepLook(aStep('one'), 'paused', true).word).toBe('Paused');
    expect(stepLook(aStep('one'), 'paused').word).toBe('To come');
  });

  it('tells an undo that failed from a step that failed', () => {
    const attempts = [anAttempt(), anAttempt({ phase: 'compensate', outcome: 'failed' })];
    expect(stepLook(aStep('one', { state: 'failed', attempts }), 'compensating').word).toBe('Undo failed');
    const failed = [anAttempt({ outcome: 'failed' })];
    expect(stepLook(aStep('one', { state: 'failed', attempts: failed }), undefined).word).toBe('Failed');
  });

  it('stays that of the execution when its undo was skipped', () => {
    const attempts = [anAttempt(), anAttempt({ phase: 'compensate', outcome: 'skipped' })];
    expect(stepLook(aStep('one', { state: 'succeeded', attempts }), undefined).word).toBe('Succeeded');
  });
});
