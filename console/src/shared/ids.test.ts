import { describe, expect, it } from 'vitest';
import { isDeadLetterId, isUuid } from './ids.ts';

describe('the form of an id', () => {
  it('of runs, deliveries and previews is that of a UUID', () => {
    expect(isUuid('01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d')).toBe(true);
    expect(['nope', '', ` ${'f'.repeat(32)}`].some(isUuid)).toBe(false);
  });

  it('of dead letters is 32 hexadecimal digits', () => {
    expect(isDeadLetterId('0123456789abcdef'.repeat(2))).toBe(true);
    expect(['nope', 'F'.repeat(32), 'f'.repeat(33)].some(isDeadLetterId)).toBe(false);
  });
});
