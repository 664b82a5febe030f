import { describe, expect, test } from 'vitest';
import { createMemoryDeliveryLog } from '../adapters/memory/memory-delivery-log.ts';
import { newUuid } from '../adapters/system/system.ts';
import { createCallbackTokens } from '../adapters/worker-http/callback-tokens.ts';
import type { Exchange, RawMessage } from '../application/ports/delivery-log.ts';
import { createDeliveryRecorder } from './delivery-recorder.ts';
import { tokenOf } from './hide-token.ts';

const tokens = createCallbackTokens(['a secret of the server']);
const TOKEN = tokens.sign({ runId: 'r', stepName: 's', phase: 'execute', attempt: 1 });
const DISPATCH: RawMessage = {
  headers: {},
  body: JSON.stringify({ config: { note: '"callbackToken":"not-it"' }, callbackToken: TOKEN }),
};

describe('the token of an attempt', () => {
  test.each<[string, RawMessage, string | undefined]>([
    ['in a dispatch', DISPATCH, TOKEN],
    ['with a callback', { headers: { authorization: `Bearer ${TOKEN}` }, body: { runId: 'r' } }, TOKEN],
    ['nowhere', { headers: {}, body: '{}' }, undefined],
    ['of one letter', { headers: { authorization: 'Bearer e' }, body: undefined }, undefined],
  ])('is found %s', (_where, message, token) => {
    expect(tokenOf(message)).toBe(token);
  });

  test('is left out of an answer and a detail that quote the dispatch', async () => {
    const log = createMemoryDeliveryLog();
    const recorder = createDeliveryRecorder({ log, newId: newUuid, onDropped: () => {} });
    const why = `cannot read {\\"callbackToken\\":\\"${TOKEN}\\"}`;
    const exchange: Exchange = {
      ...{ direction: 'out', operation: 'dispatch-step', at: '2026-01-01T00:00:00.000Z', durationMs: 3 },
      ...{ url: 'http://worker.test', outcome: 'unreachable', isVerified: true, detail: why },
      request: DISPATCH,
      answer: { headers: {}, body: JSON.stringify({ detail: why }) },
    };
    const id = recorder.record(exchange);
    await recorder.close();

    const kept = await log.get(id);
    expect(JSON.stringify(kept)).not.toContain(TOKEN);
    expect(kept?.answer).toMatchObject({ isRedacted: true, body: expect.stringContaining('[redacted]') });
    expect(kept?.detail).toContain('[redacted]');
  });
});
