import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineMigration } from './define-migration.ts';
import { defineStep } from './define-step.ts';
import { listen } from './http/listen.ts';
import { review } from './migration-step.ts';
import { succeeded } from './outcomes.ts';
import { runWorker } from './run-worker.ts';
import { collectLogs, post, startTestServer, startTestWorker } from './test-support/start-test-worker.ts';
import { until } from './test-support/until.ts';
import { UnusableWebhook } from './webhook-desk.ts';

const sign = defineStep({ type: 'sign', run: async () => succeeded(), compensate: async () => succeeded() });
const hello = defineMigration({
  id: 'hello',
  name: 'Hello',
  owner: 'platform',
  inputs: z.object({ greeting: z.string().default('Hello') }),
  labelKeys: ['team'],
  steps: [{ name: 'sign', use: sign }, review({ name: 'check' })],
});
const other = defineMigration({ id: 'other', name: 'Other', steps: [review({ name: 'check' })] });

describe('a worker', () => {
  it('announces its migrations in the words of the contract, and its lease by heartbeats', async () => {
    const { worker, server } = await startTestWorker({ migrations: [hello, other], version: '1.2.3' });
    await worker.announced;
    expect(server.announcements.find(({ id }) => id === 'hello')).toEqual({
      id: 'hello',
      name: 'Hello',
      owner: 'platform',
      workerApp: 'greeter',
      workerUrl: worker.url,
      instanceId: worker.instanceId,
      version: '1.2.3',
      protocolVersion: 1,
      requiredInputs: [{ name: 'greeting', type: 'string', required: true, default: 'Hello' }],
      labelKeys: ['team'],
      steps: [
        { name: 'sign', workerApp: 'greeter', kind: 'dispatch', type: 'sign', config: {}, compensable: true },
        { name: 'check', workerApp: 'greeter', kind: 'review', compensable: false },
      ],
      capabilities: { dryRun: true, compensate: true, cancel: true, discover: false, bases: false },
      singleInstance: true,
    });
    expect(server.announcements.find(({ id }) => id === 'other')?.capabilities).toMatchObject({
      compensate: false,
    });
    await until(() =>
      expect(server.heartbeats.at(-1)).toEqual({
        workerApp: 'greeter',
        instanceId: worker.instanceId,
        busy: [],
      }),
    );
    expect(await (await fetch(`${worker.url}/healthz`)).json()).toEqual({ status: 'ok', version: '1.2.3' });
    expect(server.breaches).toEqual([]);
  });

  it('learns by heartbeat that someone drains it, says so, and when it can be stopped', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const wait = defineStep({ type: 'wait', run: () => ended.then(() => succeeded()) });
    const { lines, logger } = collectLogs();
    const server = await startTestServer();
    let draining = false;
    server.scripts.heartbeat = (_body, response) => {
      response.json({ leaseSeconds: 30, heartbeatSeconds: 0.05, draining });
      return true;
    };
    const { worker } = await startTestWorker(
      {
        migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'wait', use: wait }] })],
        logger,
      },
      server,
    );
    const ready = async () => {
      const answer = await fetch(`${worker.url}/readyz`);
      return [answer.status, await answer.json()];
    };
    const said = (word: string) => lines.filter(({ msg }) => String(msg).includes(word)).length;
    await worker.announced;
    expect(await ready()).toEqual([200, { status: 'ready', busy: 0 }]);
    await post(`${worker.url}/dispatch-step`, server.dispatchOf({ stepName: 'wait' }));
    draining = true;
    await until(() => expect(worker.isDrained()).toBe(true));
    expect(await ready()).toEqual([503, { status: 'draining', busy: 1 }]);
    expect([said('drains'), said('can be stopped')]).toEqual([1, 0]);
    end();
    await until(() => expect(said('can be stopped')).toBe(1));
    const beats = server.heartbeats.length;
    await until(() => expect(server.heartbeats.length).toBeGreaterThan(beats + 2));
    expect([said('drains'), said('can be stopped')]).toEqual([1, 1]);
    draining = false;
    await until(() => expect(worker.isDrained()).toBe(false));
    expect(said('given steps again')).toBe(1);
    expect((await fetch(`${worker.url}/readyz`, { method: 'POST' })).status).toBe(405);
  });

  it('lists what it is busy with', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const wait = defineStep({ type: 'wait', run: () => ended.then(() => succeeded()) });
    const { worker, server } = await startTestWorker({
      migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'wait', use: wait }] })],
    });
    const dispatch = server.dispatchOf({ stepName: 'wait' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    const { runId, stepName, phase, attempt, idempotencyKey } = dispatch;
    await until(() =>
      expect(server.heartbeats.at(-1)?.busy).toEqual([{ runId, stepName, phase, attempt, idempotencyKey }]),
    );
    end();
    await until(() => expect(server.heartbeats.at(-1)?.busy).toEqual([]));
  });

  it('waits for a server that is not there yet, and announces again to one that has forgotten it', async () => {
    const server = await startTestServer();
    await server.pause();
    const { worker } = await startTestWorker({ migrations: [hello] }, server);
    await server.restart();
    await worker.announced;
    const before = server.announcements.length;
    server.scripts.heartbeat = (_body, response) => {
      if (server.announcements.length > before) return false;
      response.status(404).end();
      return true;
    };
    await until(() => expect(server.announcements.length).toBeGreaterThan(before));
    expect(server.announcements.at(-1)).toEqual(server.announcements[0]);
  });

  it('says what the server warns of and what it refuses', async () => {
    const server = await startTestServer();
    server.scripts.announce = ({ id }, response) => {
      if (id !== 'other') return false;
      response
        .status(409)
        .type('application/problem+json')
        .send(
          JSON.stringify({
            type: '/problems/owned-by',
            title: 'Another worker app owns this migration',
            detail: 'It belongs to somebody.',
            mend: 'Announce under another id.',
            conformance: { findings: [{ severity: 'error', path: '/id', message: 'Taken.' }] },
          }),
        );
      return true;
    };
    const { lines, logger } = collectLogs();
    await startTestWorker({ migrations: [hello, other], logger }, server);
    await until(() =>
      expect(lines).toContainEqual(
        expect.objectContaining({
          msg: 'the server refuses the migration',
          migrationId: 'other',
          reason: 'HTTP 409: It belongs to somebody. Announce under another id.',
          findings: [{ severity: 'error', path: '/id', message: 'Taken.' }],
        }),
      ),
    );
    await until(() => expect(server.heartbeats.length).toBeGreaterThan(0));
  });

  it('hands back what is in flight, withdraws and takes nothing more when it shuts down', async () => {
    const interrupted: unknown[] = [];
    const wait = defineStep({
      type: 'wait',
      run: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            interrupted.push(signal.reason);
            reject(signal.reason);
          }),
        ),
    });
    const migration = defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'wait', use: wait }] });
    const stateDir = mkdtempSync(join(tmpdir(), 'loom-worker-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    const { worker, server } = await startTestWorker({
      migrations: [migration],
      store: { stateDir },
      shutdownMs: 500,
    });
    await worker.announced;
    const dispatch = server.dispatchOf({ stepName: 'wait' });
    await post(`${worker.url}/dispatch-step`, dispatch);
    const closing = worker.close('SIGTERM');
    const refused = await post(`${worker.url}/dispatch-step`, server.dispatchOf({ stepName: 'wait' }));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    await closing;
    expect(interrupted).toEqual([expect.objectContaining({ reason: 'shutdown' })]);
    expect(server.withdrawals).toEqual([
      { workerApp: 'greeter', instanceId: worker.instanceId, reason: 'SIGTERM' },
    ]);
    await expect(fetch(`${worker.url}/healthz`)).rejects.toThrow('fetch failed');

    // What was handed back is run by the instance that comes after.
    const done = defineStep({ type: 'wait', run: async () => succeeded({ message: 'Done later.' }) });
    await startTestWorker(
      {
        migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'wait', use: done }] })],
        store: { stateDir },
      },
      server,
    );
    expect(await server.waitForResult(dispatch)).toMatchObject({ message: 'Done later.' });
  });

  it('ends within its bound when a handler ignores its signal', async () => {
    const stuck = defineStep({ type: 'stuck', run: () => new Promise(() => {}) });
    const { worker, server } = await startTestWorker({
      migrations: [defineMigration({ id: 'hello', name: 'Hello', steps: [{ name: 'stuck', use: stuck }] })],
      shutdownMs: 300,
    });
    await post(`${worker.url}/dispatch-step`, server.dispatchOf({ stepName: 'stuck' }));
    const start = Date.now();
    await worker.close();
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  it('serves routes of its own beside those of the contract', async () => {
    const { worker } = await startTestWorker({
      migrations: [hello],
      routes: (router, { wake }) => {
        router.post('/webhook', (request, response) => {
          expect(request.body).toBeUndefined();
          response.json({ woken: wake(() => true) });
        });
      },
    });
    expect(await post(`${worker.url}/webhook`, {})).toMatchObject({ status: 200, body: { woken: 0 } });
  });

  it('reports a webhook that it cannot use, and uses it when it is handed back', async () => {
    const used: string[] = [];
    let isBroken = true;
    const { worker, server } = await startTestWorker({
      migrations: [hello],
      routes: (_router, { webhooks }) =>
        webhooks.use('shop', ({ payload }) => {
          if (isBroken) throw new UnusableWebhook('Nobody knows this shop.');
          used.push(payload);
        }),
    });
    const webhook = { source: 'shop', webhookId: 'w-1', headers: { topic: 'sold' }, payload: '{"a":"ü"}' };
    expect(await worker.webhooks.take(webhook)).toBe('reported');
    const { workerApp, instanceId } = server.announcements[0] ?? {};
    expect(server.webhooks).toEqual([{ ...webhook, workerApp, instanceId, why: 'Nobody knows this shop.' }]);

    const redeliver = (more = {}) => post(`${worker.url}/redeliver-webhook`, { ...webhook, ...more });
    expect(await redeliver()).toMatchObject({ status: 409, body: { detail: 'Nobody knows this shop.' } });
    isBroken = false;
    expect((await redeliver()).status).toBe(202);
    expect(used).toEqual(['{"a":"ü"}']);
    expect((await redeliver({ source: 'other' })).status).toBe(404);
    expect((await redeliver({ payload: 1 })).status).toBe(422);
  });

  it('runs step types for migrations of other workers', async () => {
    const { worker, server } = await startTestWorker({ migrations: [hello], stepTypes: [sign] });
    const dispatch = server.dispatchOf({ migrationId: 'foreign', stepName: 'sign' });
    expect((await post(`${worker.url}/dispatch-step`, dispatch)).status).toBe(202);
    expect(await server.waitForResult(dispatch)).toMatchObject({ status: 'succeeded' });
  });

  it('says at once when it cannot be run', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'loom-worker-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    const run = (options: object) =>
      runWorker({
        workerApp: 'greeter',
        migrations: [hello],
        store: { stateDir },
        handleSignals: false,
        logLevel: 'silent',
        ...options,
      });
    await expect(run({ workerApp: 'Greeter', migrations: [] })).rejects.toThrow(
      /workerApp: must be lower case[\s\S]*migrations: must have at least one/,
    );
    await expect(run({ migrations: [hello, hello], stepTypes: [sign, sign] })).rejects.toThrow(
      /migrations: two have the same id[\s\S]*stepTypes: two have the same type/,
    );
    await expect(run({ listen: 'nowhere' })).rejects.toThrow('listen (option): must be host:port');
    const taken = createServer();
    const address = new URL(await listen(taken, '127.0.0.1:0')).host;
    onTestFinished(() => void taken.close());
    await expect(run({ listen: address })).rejects.toThrow('EADDRINUSE');
    // The directory was given back.
    writeFileSync(join(stateDir, 'greeter', 'lock'), '', { flag: 'wx' });
  });
});
