import { describe, expect, it } from 'vitest';
import { readOutputs } from './outputs-draft.ts';

describe('the outputs of a skipped step', () => {
  it('are nothing when nothing was typed', () => {
    expect(readOutputs(' \n')).toEqual({ ok: true, outputs: undefined });
  });

  it('are one JSON object', () => {
    expect(readOutputs('{"a": {"b": [1]}}')).toEqual({ ok: true, outputs: { a: { b: [1] } } });
  });

  it.each(['{a: 1}', '"text"', '[1]', 'null', '7'])('are refused in words: %s', (text) => {
    const read = readOutputs(text);
    expect(read.ok).toBe(false);
    expect(read).toHaveProperty('error', expect.stringMatching(/^(This is not JSON: |Write one object)/));
  });

  it('hold at most 64 KB', () => {
    expect(readOutputs(JSON.stringify({ a: 'ä'.repeat(32_768) }))).toMatchObject({ ok: false });
    expect(readOutputs(JSON.stringify({ a: 'ä'.repeat(32_000) }))).toMatchObject({ ok: true });
  });
});
