import { describe, expect, it } from 'vitest';
import type { StepView } from '../../shared/contract.ts';
import { anAttempt, aStep } from '../../testing/samples.ts';
import { effectsOf } from './effects.ts';

const names = (effects: readonly { stepName: string }[]) => effects.map(({ stepName }) => stepName);
const undoable: Partial<StepView> = { compensable: true, attempts: [anAttempt()], state: 'succeeded' };

describe('what a run that is over left behind', () => {
  it('is undone from its end, as far as workers can', () => {
    const { undone, remaining } = effectsOf([
      aStep('branch', undoable),
      aStep('check', { kind: 'review', state: 'succeeded', attempts: [anAttempt()] }),
      aStep('tell', { state: 'succeeded', attempts: [anAttempt()] }),
      aStep('merge', undoable),
    ]);
    expect(names(undone)).toEqual(['merge', 'branch']);
    expect(remaining).toEqual([
      { stepName: 'tell', outcome: 'succeeded', why: 'This step cannot be undone by its worker.' },
    ]);
  });

  it('includes what failed or was stopped, since it may have done something', () => {
    const attempts = [anAttempt({ outcome: 'failed' })];
    expect(names(effectsOf([aStep('one', { ...undoable, attempts, state: 'failed' })]).undone)).toEqual([
      'one',
    ]);
  });

  it('leaves out what was skipped, never tried or undone already', () => {
    const effects = effectsOf([
      aStep('one', { ...undoable, attempts: [anAttempt({ outcome: 'skipped' })], state: 'skipped' }),
      aStep('two', { compensable: true }),
      aStep('three', { ...undoable, state: 'compensated' }),
    ]);
    expect(effects).toEqual({ undone: [], remaining: [] });
  });

  it('after a rollback that was abandoned is what that one left', () => {
    const made = [aStep('one', undoable), aStep('two', undoable), aStep('tell', { attempts: [anAttempt()] })];
    const undoing = [
      aStep('two', { ...undoable, state: 'compensated' }),
      aStep('one', { ...undoable, state: 'failed' }),
    ];
    const effects = effectsOf(made, undoing);
    expect([names(effects.undone), names(effects.remaining)]).toEqual([['one'], ['tell']]);
  });

  it('names the pull request, where it is a link', () => {
    const withUrl = (prUrl: string) =>
      aStep('one', { ...undoable, attempts: [anAttempt({ metadata: { prUrl } })] });
    expect(effectsOf([withUrl('https://forge.test/a/b/pull/1')]).undone[0]?.prUrl).toContain('pull/1');
    expect(effectsOf([withUrl('javascript:alert(1)')]).undone[0]?.prUrl).toBeUndefined();
  });
});
