import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redacting a text', () => {
  it.each([
    [
      'clone https://x-access-token:abc123@forge.test/a.git failed',
      'clone https://***@forge.test/a.git failed',
    ],
    ['used ghp_0123456789abcdefghij here', 'used *** here'],
    ['Authorization: Bearer abcdefghijklmnop', 'Authorization: Bearer ***'],
    ['GET /x?access_token=abc&page=2', 'GET /x?access_token=***&page=2'],
    ['{"password":"hunter2"}', '{"password":"***"}'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '***'],
  ])('takes the credential out of %j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it('takes out what it is told, and leaves words alone', () => {
    expect(redact('the key is correct-horse-battery', ['correct-horse-battery'])).toBe('the key is ***');
    expect(redact('A token is missing; see https://loom.test/docs.')).toBe(
      'A token is missing; see https://loom.test/docs.',
    );
  });
});
