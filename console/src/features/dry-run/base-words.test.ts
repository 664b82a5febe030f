import { expect, it } from 'vitest';
import type { CheckedBase } from '../../shared/contract.ts';
import { movedInWords, stateOfBases } from './base-words.ts';

const base = (state: CheckedBase['state'], repo = 'acme/a'): CheckedBase => ({
  ...{ repo, branch: 'main', commit: '0123456789', state },
  ...(state === 'moved' && { now: 'abcdef0123' }),
});

it('bases have moved when one has, and are current only when all are', () => {
  expect(stateOfBases([base('current'), base('moved'), base('unknown')])).toBe('moved');
  expect(stateOfBases([base('current'), base('unknown')])).toBe('unknown');
  expect(stateOfBases([base('current'), base('current', 'acme/b')])).toBe('current');
  expect(stateOfBases([])).toBe('unknown');
});

it('what moved is named with where it is now', () => {
  expect(movedInWords([base('current'), base('moved'), base('moved', 'acme/b')])).toBe(
    'acme/a main is at abcdef01 now, acme/b main is at abcdef01 now',
  );
});
