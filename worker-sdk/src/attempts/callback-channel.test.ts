import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { until } from '../test-support/until.ts';
import type { AttemptIdentity, StepResult } from './attempt-record.ts';
import { CallbackChannel } from './callback-channel.ts';
import { createOperationBuffer } from './operation-buffer.ts';
import type { CallbackAnswer, StepCallback } from './post-callback.ts';

const identity: AttemptIdentity = {
  migrationId: 'hello',
  candidateId: 'world',
  runId: randomUUID(),
  stepName: 'greet',
  phase: 'execute',
  attempt: 1,
};
const result: StepResult = { eventId: 'last', status: 'succeeded', message: 'Done.' };
const pendingOf = (message: string, metadata?: Record<string, unknown>): StepResult => ({
  eventId: message,
  status: 'pending',
  message,
  ...(metadata === undefined ? {} : { metadata }),
});

/** A channel whose server answers from a list, and then with 202. */
function openChannel(answers: CallbackAnswer[] = []) {
  const sent: StepCallback[] = [];
  const stops: CallbackAnswer[] = [];
  const operations = createOperationBuffer([], []);
  const channel = new CallbackChannel({
    identity,
    target: () => ({ callbackUrl: 'http://server.test', callbackToken: 't', traceparent: undefined }),
    operations,
    log: pino({ level: 'silent' }),
    onStop: (answer) => stops.push(answer),
    post: async (_target, callback) => {
      sent.push(callback);
      return answers.shift() ?? { kind: 'acknowledged' };
    },
  });
  const add = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      operations.add({ kind: 'git.push', at: new Date().toISOString(), durationMs: index, result: 'ok' });
    }
  };
  return { channel, operations, sent, stops, add };
}

describe('the callback channel of an attempt', () => {
  it('sends the newest pending with the metadata of those it stands for, no sooner than 5 s after the last', async () => {
    const { channel, sent } = openChannel();
    const start = Date.now();
    channel.sendPending(pendingOf('one'));
    await until(() => expect(sent).toHaveLength(1));
    channel.sendPending(pendingOf('two', { prUrl: 'https://forge.test/1', n: 2 }));
    channel.sendPending(pendingOf('three', { n: 3 }));
    await until(() => expect(sent).toHaveLength(2));
    expect(Date.now() - start).toBeGreaterThanOrEqual(4_990);
    expect(sent[1]).toMatchObject({ message: 'three', metadata: { prUrl: 'https://forge.test/1', n: 3 } });
    await channel.sendFinal(result);
    channel.sendPending(pendingOf('too late'));
    expect(sent.map(({ message }) => message)).toEqual(['one', 'three', 'Done.']);
  });

  it('repeats a pending that came too fast, unless a newer one has come', async () => {
    const { channel, sent } = openChannel([{ kind: 'later', reason: 'HTTP 429', retryAfterMs: 50 }]);
    channel.sendPending(pendingOf('one'));
    await until(() => expect(sent).toHaveLength(1));
    channel.sendPending(pendingOf('two'));
    await until(() => expect(sent).toHaveLength(2));
    expect(sent[1]?.message).toBe('two');
    channel.close();
  });

  it('sends operations that do not fit ahead of the result, each once and in order', async () => {
    const { channel, operations, sent, add } = openChannel();
    add(350);
    expect(operations.isFull).toBe(true);
    expect(await channel.sendFinal(result)).toEqual({ kind: 'acknowledged' });
    expect(sent.map(({ status, operations: carried = [] }) => [status, carried.length])).toEqual([
      ['pending', 200],
      ['succeeded', 150],
    ]);
    expect(
      sent.flatMap(({ operations: carried = [] }) => carried.map(({ durationMs }) => durationMs)),
    ).toEqual(Array.from({ length: 350 }, (_, index) => index));
    expect(operations.all).toEqual([]);
  });

  it('keeps a callback with operations below what the server takes', async () => {
    const { channel, sent, add } = openChannel();
    add(150);
    await channel.sendFinal({ ...result, outputs: { text: 'x'.repeat(64_000) } });
    expect(sent.length).toBeGreaterThan(1);
    for (const callback of sent) {
      expect(Buffer.byteLength(JSON.stringify(callback))).toBeLessThanOrEqual(80 * 1_024);
    }
  });

  it('says how many operations were too many', async () => {
    const { channel, operations, sent, add } = openChannel([{ kind: 'stop', reason: 'over', isOver: true }]);
    add(2_003);
    expect(operations.lost).toBe(3);
    expect(await channel.sendFinal(result)).toEqual({ kind: 'stop', reason: 'over', isOver: true });
    expect(sent).toHaveLength(1);
    operations.drop(operations.all);
    await channel.sendFinal(result);
    expect(sent.at(-1)?.message).toBe('Done. (3 operations were too many to be recorded.)');
  });

  it('repeats the result until it is answered, at once when hurried (trap 13)', async () => {
    const later: CallbackAnswer = { kind: 'later', reason: 'HTTP 503', retryAfterMs: 3_600_000 };
    const { channel, sent } = openChannel([later]);
    const ended = channel.sendFinal(result);
    await until(() => {
      channel.hurry();
      expect(sent).toHaveLength(2);
    });
    expect(await ended).toEqual({ kind: 'acknowledged' });
  });

  it('tells when a pending is answered with stop, and forgets one that is refused', async () => {
    const stop: CallbackAnswer = { kind: 'stop', reason: 'over', isOver: true };
    const { channel, sent, stops } = openChannel([{ kind: 'refused', reason: 'No.' }, stop]);
    channel.sendPending(pendingOf('one'));
    await until(() => expect(sent).toHaveLength(1));
    channel.sendPending(pendingOf('two'));
    await until(() => expect(stops).toEqual([stop]));
    expect(sent.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('sends nothing more once it is closed', async () => {
    const { channel, sent } = openChannel([{ kind: 'later', reason: 'away', retryAfterMs: 3_600_000 }]);
    const ended = channel.sendFinal(result);
    await until(() => expect(sent).toHaveLength(1));
    channel.close();
    expect(await ended).toBeUndefined();
    channel.sendPending(pendingOf('one'));
    expect(sent).toHaveLength(1);
  });
});
