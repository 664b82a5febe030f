import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { LoomClient, ServerAnswer } from './loom-client.ts';
import { createWebhookDesk, UnusableWebhook } from './webhook-desk.ts';

const webhook = { source: 'forge', webhookId: 'd-1', headers: { event: 'pull_request' }, payload: '{}' };
const away: ServerAnswer<unknown> = {
  ...{ ok: false, status: undefined, reason: 'Away.', findings: [], retryAfterMs: undefined },
};

function openDesk(answers: readonly ServerAnswer<unknown>[] = []) {
  const reports: Parameters<LoomClient['reportWebhook']>[0][] = [];
  const client: Pick<LoomClient, 'reportWebhook'> = {
    reportWebhook: async (report) => {
      reports.push(report);
      return answers[reports.length - 1] ?? { ok: true, value: undefined };
    },
  };
  const log = pino({ level: 'silent' });
  const desk = createWebhookDesk({ client, workerApp: 'pusher', instanceId: 'p-1', log, retryAfterMs: 1 });
  return { desk, reports };
}

describe('a webhook', () => {
  it('is used, also at the third try, and then not reported', async () => {
    const { desk, reports } = openDesk();
    let tries = 0;
    desk.use('forge', async () => {
      tries += 1;
      if (tries < 3) throw new Error('Not yet.');
    });
    expect(await desk.take(webhook)).toBe('used');
    expect([tries, reports]).toEqual([3, []]);
  });

  it('is reported with the last reason when its handler fails each time', async () => {
    const { desk, reports } = openDesk();
    desk.use('forge', () => {
      throw new Error('The database is gone.');
    });
    expect(await desk.take(webhook)).toBe('reported');
    expect(reports).toEqual([
      {
        ...{ ...webhook, workerApp: 'pusher', instanceId: 'p-1' },
        why: expect.stringMatching(/^Using it failed 3 times: .*The database is gone/),
      },
    ]);
  });

  it('that cannot be used is tried once, and reported without a payload that is too long', async () => {
    const { desk, reports } = openDesk();
    let tries = 0;
    desk.use('forge', () => {
      tries += 1;
      throw new UnusableWebhook('Of another shape.');
    });
    await desk.take({ ...webhook, payload: 'x'.repeat(131_073) });
    expect([tries, reports.map(({ why, payload }) => [why, payload])]).toEqual([
      1,
      [['Of another shape.', undefined]],
    ]);
  });

  it('of long letters is reported without its payload, since the server counts bytes', async () => {
    const { desk, reports } = openDesk();
    desk.use('forge', () => {
      throw new UnusableWebhook('Of another shape.');
    });
    await desk.take({ ...webhook, payload: '漢'.repeat(131_072) });
    await desk.take({ ...webhook, payload: 'é'.repeat(131_000) });
    expect(reports.map(({ payload }) => payload?.length)).toEqual([undefined, 131_000]);
  });

  it('of a source that nobody uses is reported, and not taken for used', async () => {
    const { desk, reports } = openDesk();
    expect(await desk.take(webhook)).toBe('reported');
    expect(reports).toMatchObject([{ source: 'forge', why: 'This worker uses no webhooks of "forge".' }]);
  });

  it('is reported until the server takes it, and lost when it never does', async () => {
    const { desk, reports } = openDesk([away, away]);
    desk.use('forge', () => {
      throw new UnusableWebhook('No.');
    });
    expect(await desk.take(webhook)).toBe('reported');
    expect(reports).toHaveLength(3);

    const dark = openDesk([away, away, away]);
    dark.desk.use('forge', () => {
      throw new UnusableWebhook('No.');
    });
    expect(await dark.desk.take(webhook)).toBe('lost');
  });

  it('of a source that nobody uses is unknown when it is handed back', async () => {
    const { desk } = openDesk();
    expect(await desk.redeliver(webhook)).toEqual({ kind: 'unknown' });
    desk.use('forge', () => undefined);
    expect(await desk.redeliver(webhook)).toEqual({ kind: 'used' });
  });
});
