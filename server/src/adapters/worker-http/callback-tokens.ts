import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallbackTokens } from '../../application/ports/callbacks.ts';

type AttemptName = Parameters<CallbackTokens['verify']>[1];

/** HMAC-SHA256 over the attempt. The first secret signs; the others still verify, so that one can be replaced. */
export function createCallbackTokens(secrets: readonly string[]): CallbackTokens {
  const [current] = secrets;
  if (current === undefined) throw new Error('Callback tokens need a secret.');
  return {
    sign: (attempt) => digest(current, attempt).toString('base64url'),
    verify: (token, attempt) => {
      const given = Buffer.from(token, 'base64url');
      return secrets.some((secret) => {
        const expected = digest(secret, attempt);
        // Unequal lengths throw, and say nothing that is secret.
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },
  };
}

/** Every part is quoted, so that no two attempts sign the same text. */
function digest(secret: string, { runId, stepName, phase, attempt }: AttemptName): Buffer {
  const text = JSON.stringify(['loom-callback', 1, runId, stepName, phase, attempt]);
  return createHmac('sha256', secret).update(text).digest();
}
