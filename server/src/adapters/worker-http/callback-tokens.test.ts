import { describe, expect, it } from 'vitest';
import { createCallbackTokens } from './callback-tokens.ts';

const ATTEMPT = { runId: 'run-1', stepName: 'greet', phase: 'execute', attempt: 1 } as const;

describe('callback tokens', () => {
  const tokens = createCallbackTokens(['a'.repeat(32)]);

  it('verifies the token of the same attempt', () => {
    expect(tokens.verify(tokens.sign(ATTEMPT), ATTEMPT)).toBe(true);
  });

  it('refuses the token of any other attempt', () => {
    const token = tokens.sign(ATTEMPT);
    const others = [
      { ...ATTEMPT, runId: 'run-2' },
      { ...ATTEMPT, stepName: 'gree' },
      { ...ATTEMPT, phase: 'compensate' as const },
      { ...ATTEMPT, attempt: 2 },
    ];
    for (const other of others) expect(tokens.verify(token, other)).toBe(false);
  });

  it.each(['', 'x', '.', 'ünïcode', 'A'.repeat(43), 'A'.repeat(100_000)])(
    'refuses the forged token %#',
    (token) => {
      expect(tokens.verify(token, ATTEMPT)).toBe(false);
    },
  );

  it('refuses a token with one character changed', () => {
    const token = tokens.sign(ATTEMPT);
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1), ATTEMPT)).toBe(false);
    }
  });

  it('accepts what an older secret signed, as long as it is listed', () => {
    const old = tokens.sign(ATTEMPT);
    expect(createCallbackTokens(['b'.repeat(32), 'a'.repeat(32)]).verify(old, ATTEMPT)).toBe(true);
    expect(createCallbackTokens(['b'.repeat(32)]).verify(old, ATTEMPT)).toBe(false);
  });
});
