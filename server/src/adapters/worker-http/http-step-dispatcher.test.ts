import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DialOutcome, DispatchRequest } from '../../application/ports/step-dispatcher.ts';
import { createCallbackTokens } from './callback-tokens.ts';
import { createHttpStepDispatcher } from './http-step-dispatcher.ts';
import { createWorkerClient, type WorkerClient } from './worker-client.ts';
import { createWorkerGuard } from './worker-guard.ts';
import { parseWorkerHosts } from './worker-hosts.ts';

const RUN_ID = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
const tokens = createCallbackTokens(['s'.repeat(32)]);

function requestTo(workerUrl: string, over: Partial<DispatchRequest['material']> = {}): DispatchRequest {
  return {
    workerUrl,
    attempt: {
      migrationId: 'hello',
      candidateId: 'acme/billing',
      runId: RUN_ID,
      stepIndex: 0,
      phase: 'execute',
      attempt: 2,
    },
    timeoutMs: 60_000,
    deadlineAt: '2026-01-01T00:00:00.000Z',
    material: {
      manifest: {
        runId: RUN_ID,
        migrationId: 'hello',
        revision: 'r1',
        candidate: { id: 'acme/billing', kind: 'repository', labels: {}, metadata: {}, files: [] },
        steps: [
          {
            name: 'greet',
            workerApp: 'hello',
            kind: 'dispatch',
            type: 'greeting',
            config: { a: 1 },
            compensable: false,
          },
        ],
        requiredInputs: [],
      },
      inputs: { name: 'x' },
      inputsVersion: 1,
      outputs: { before: { x: 1 } },
      previousAttempt: {
        stepIndex: 0,
        phase: 'execute',
        attempt: 1,
        startedAt: '2026-01-01T00:00:00.000Z',
        inputsVersion: 1,
        outcome: 'failed',
        message: 'no',
      },
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      ...over,
    },
  };
}

describe('dispatch over HTTP', () => {
  let client: WorkerClient;
  beforeAll(() => {
    const guard = createWorkerGuard(parseWorkerHosts(['loopback']));
    client = createWorkerClient({ guard, connectMs: 300 });
  });
  afterAll(() => client.close());

  const servers: (Server | TcpServer)[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  async function listen(server: Server | TcpServer): Promise<string> {
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const serve = (handle: RequestListener) => listen(createServer(handle));

  function dispatcher(onDial?: (workerApp: string, outcome: string) => void) {
    return createHttpStepDispatcher({
      client,
      tokens,
      publicUrl: () => 'http://loom.example.com',
      limits: { dispatchTimeoutMs: 400, dispatchMaxBytes: 100_000 },
      ...(onDial === undefined ? {} : { onDial }),
    });
  }
  const dial = async (handle: RequestListener): Promise<DialOutcome> =>
    dispatcher().dispatch(requestTo(await serve(handle)));

  /** Answers once the request was read. */
  const answer =
    (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
    (request, response) => {
      request.resume().on('end', () => response.writeHead(status, headers).end(body));
    };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const PROBLEM_TYPE = { 'content-type': 'application/problem+json; charset=utf-8' };

  it('sends what the contract says, with a token of this attempt and a child of the run trace', async () => {
    let seen:
      | { url?: string | undefined; headers: Record<string, unknown>; body: Record<string, unknown> }
      | undefined;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        seen = { url: request.url, headers: request.headers, body };
        response.writeHead(202).end();
      });
    });
    const dials: string[] = [];
    const dispatch = dispatcher((app, outcome) => dials.push(`${app} ${outcome}`));
    expect(await dispatch.dispatch(requestTo(`${url}/base/`))).toEqual({ kind: 'accepted' });
    expect(dials).toEqual(['hello accepted']);
    expect(seen?.url).toBe('/base/dispatch-step');
    expect(seen?.headers['content-type']).toBe('application/json');
    expect(seen?.headers['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(seen?.headers['traceparent']).not.toContain('00f067aa0ba902b7');
    const { callbackToken, ...body } = seen?.body ?? {};
    expect(body).toEqual({
      migrationId: 'hello',
      revision: 'r1',
      runId: RUN_ID,
      stepName: 'greet',
      type: 'greeting',
      phase: 'execute',
      attempt: 2,
      idempotencyKey: `${RUN_ID}:greet:execute:2`,
      candidate: { id: 'acme/billing', kind: 'repository', labels: {}, metadata: {}, files: [] },
      config: { a: 1 },
      inputs: { name: 'x' },
      outputs: { before: { x: 1 } },
      previousAttempt: { attempt: 1, outcome: 'failed', message: 'no' },
      deadline: '2026-01-01T00:00:00.000Z',
      timeoutMs: 60_000,
      callbackUrl: 'http://loom.example.com/api/v1/event/hello__acme%2Fbilling',
    });
    const attempt = { runId: RUN_ID, stepName: 'greet', phase: 'execute', attempt: 2 } as const;
    expect(tokens.verify(String(callbackToken), attempt)).toBe(true);
  });

  it('takes a 200 with a step result as done, and drops what the contract does not know', async () => {
    const operation = {
      id: 'o1',
      kind: 'git.push',
      at: '2026-01-01T00:00:00.000Z',
      durationMs: 3,
      result: 'ok',
      message: 'Pushed.',
    };
    const body = {
      eventId: 'e1',
      status: 'succeeded',
      message: '\u001b[32mDone\u001b[0m \u202e.',
      outputs: { pr: 1 },
      operations: [{ ...operation, message: 'Pu\u2067shed.', token: 'x' }],
      admin: true,
    };
    expect(await dial(answer(200, JSON_TYPE, JSON.stringify(body)))).toEqual({
      kind: 'done',
      report: { eventId: 'e1', status: 'succeeded', message: 'Done .', outputs: { pr: 1 } },
      operations: [operation],
    });
  });

  it.each([
    ['no JSON', JSON_TYPE, '{"eventId":'],
    ['another type', { 'content-type': 'text/html' }, '<html>'],
    ['no type', {}, '{"eventId":"e","status":"succeeded"}'],
    ['an unknown status', JSON_TYPE, '{"eventId":"e","status":"fine"}'],
    ['no eventId', JSON_TYPE, '{"status":"succeeded"}'],
    ['nothing', JSON_TYPE, ''],
    ['null', JSON_TYPE, 'null'],
    [
      'too long a message',
      JSON_TYPE,
      JSON.stringify({ eventId: 'e', status: 'failed', message: 'x'.repeat(3000) }),
    ],
    ['deep nesting', JSON_TYPE, `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ])('takes a 200 with %s as a transport fault', async (_name, headers, body) => {
    expect(await dial(answer(200, headers as Record<string, string>, body))).toMatchObject({
      kind: 'unreachable',
      fault: true,
    });
  });

  it.each([70_000, 5_000_000])('fails the step when its outputs have %i bytes', async (bytes) => {
    const body = { eventId: 'e', status: 'succeeded', outputs: { x: 'x'.repeat(bytes) } };
    expect(await dial(answer(200, JSON_TYPE, JSON.stringify(body)))).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/cannot be kept: .* Let it give a reference/),
    });
  });

  it('takes an error of any size as a transport fault', async () => {
    expect(await dial(answer(502, { 'content-type': 'text/html' }, 'x'.repeat(1_000_000)))).toMatchObject({
      kind: 'unreachable',
      fault: true,
    });
  });

  it('takes 409 as superseded', async () => {
    expect(await dial(answer(409))).toEqual({ kind: 'superseded' });
  });

  it.each([400, 413, 422])('fails the step on %i with the reason of the worker', async (status) => {
    const problem = JSON.stringify({
      type: 'x',
      title: 'No',
      detail: 'The config\u0000 \u202ehas\nno "name".',
    });
    expect(await dial(answer(status, PROBLEM_TYPE, problem))).toEqual({
      kind: 'refused',
      message: `The worker refused the step: ${status}, The config has no "name".`,
    });
    expect(await dial(answer(status, { 'content-type': 'text/plain' }, 'bad step'))).toMatchObject({
      message: `The worker refused the step: ${status}, bad step`,
    });
    expect(await dial(answer(status))).toMatchObject({ message: `The worker refused the step: ${status}.` });
  });

  it.each([401, 402, 403, 404, 405, 410, 415, 418])(
    'says that the worker is misconfigured on %i',
    async (status) => {
      const outcome = await dial(answer(status, JSON_TYPE, '{"error":"who?"}'));
      expect(outcome).toEqual({
        kind: 'unreachable',
        reason: `The worker is misconfigured: ${status}, who?`,
        fault: false,
      });
    },
  );

  it.each([
    [429, '7', 7],
    [503, '7', 7],
    [429, '999999999', 3600],
    [429, '0', 1],
    [429, '-5', 5],
    [429, 'soon', 5],
    [503, 'Thu, 01 Jan 1970 00:00:00 GMT', 1],
  ])('waits on %i with Retry-After %s', async (status, retryAfter, seconds) => {
    const outcome = await dial(answer(status, { 'retry-after': retryAfter }));
    expect(outcome).toMatchObject({ kind: 'busy', retryAfterSeconds: seconds });
  });

  it('waits for a while on 429 without Retry-After', async () => {
    expect(await dial(answer(429))).toMatchObject({ kind: 'busy', retryAfterSeconds: 5 });
  });

  it.each([500, 501, 502, 503, 504, 507, 599, 201, 204])('takes %i as a transport fault', async (status) => {
    expect(await dial(answer(status))).toMatchObject({ kind: 'unreachable', fault: true });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    let followed = 0;
    const elsewhere = await serve((_request, response) => {
      followed += 1;
      response.writeHead(202).end();
    });
    const outcome = await dial(answer(status, { location: `${elsewhere}/dispatch-step` }));
    expect(outcome).toMatchObject({ kind: 'unreachable', fault: false });
    expect(followed).toBe(0);
  });

  it('gives up on a worker that hangs before or within its answer, in time', async () => {
    const hangs: RequestListener[] = [
      () => {},
      (_request, response) => {
        response.writeHead(200, JSON_TYPE).write('{');
      },
    ];
    for (const hang of hangs) {
      const startedAt = performance.now();
      const outcome = await dial(hang);
      expect(outcome).toMatchObject({ kind: 'unreachable', fault: true });
      expect((outcome as { reason: string }).reason).toContain('did not answer within 0.4 s');
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });

  it('takes a reset, a closed and a garbled connection as a transport fault', async () => {
    const behaviours: ((socket: import('node:net').Socket) => void)[] = [
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end(),
      (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{'),
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`),
    ];
    for (const behave of behaviours) {
      const server = createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => behave(socket));
      });
      const outcome = await dispatcher().dispatch(requestTo(await listen(server)));
      expect(outcome).toMatchObject({ kind: 'unreachable', fault: true });
    }
  });

  it('stops reading an answer that is too large', async () => {
    let sent = 0;
    const outcome = await dial((request, response) => {
      request.resume();
      response.writeHead(200, JSON_TYPE);
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', pump);
      pump();
    });
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(sent).toBeLessThan(50_000_000);
  });

  it('says that nothing listens', async () => {
    const url = await serve(() => {});
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    expect(await dispatcher().dispatch(requestTo(url))).toEqual({
      kind: 'unreachable',
      reason: `Nothing listens at ${url}.`,
      fault: true,
      isUnsent: true,
    });
  });

  it('may have given the step to a worker that closes the connection', async () => {
    expect(await dial((request) => request.socket.destroy())).toEqual({
      kind: 'unreachable',
      reason: expect.stringContaining('closed the connection without an answer.'),
      fault: true,
    });
  });

  it('refuses a dispatch that is too large without dialling', async () => {
    let dialled = 0;
    const url = await serve((_request, response) => {
      dialled += 1;
      response.writeHead(202).end();
    });
    const outcome = await dispatcher().dispatch(
      requestTo(url, { outputs: { x: { y: 'é'.repeat(60_000) } } }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', isUnsent: true });
    expect(dialled).toBe(0);
  });

  it('probes, cancels and asks for discovery', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume();
      response.writeHead(request.url === '/healthz' ? 200 : 202).end('{}');
    });
    const dispatch = dispatcher();
    expect(await dispatch.probe(url)).toBeUndefined();
    expect(await dispatch.discover(url, 'hello')).toBe(true);
    const { attempt } = requestTo(url);
    const stopped = { ...attempt, stepName: 'greet', idempotencyKey: 'k', reason: 'stop' };
    expect(await dispatch.cancelStep(url, stopped)).toBe('stopping');
    expect(seen).toEqual(['GET /healthz', 'POST /discover', 'POST /cancel-step']);
  });

  it('hands back a webhook, and says whether it was used, cannot be, or nobody took it', async () => {
    const webhook = { source: 'forge', webhookId: 'd-1', headers: { a: 'b' }, payload: '{}' };
    const instance = { workerApp: 'greeter', instanceId: 'i-1' };
    const hand = async (respond: Parameters<typeof serve>[0]) =>
      dispatcher().redeliverWebhook(await serve(respond), webhook, instance);
    const bodies: string[] = [];
    const used = await hand((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(`${request.url} ${text}`));
      request.on('end', () => response.writeHead(202).end());
    });
    expect([used, ...bodies]).toEqual([{ kind: 'used' }, `/redeliver-webhook ${JSON.stringify(webhook)}`]);
    expect(await hand(answer(409, PROBLEM_TYPE, '{"detail":"No such shop."}'))).toEqual({
      ...{ kind: 'refused', why: 'No such shop.' },
    });
    expect(await hand(answer(404))).toEqual({ kind: 'refused', why: 'The worker answered 404.' });
    for (const status of [429, 500, 503]) expect(await hand(answer(status))).toEqual({ kind: 'away' });
    const nobody = await dispatcher().redeliverWebhook('http://127.0.0.1:1', webhook, instance);
    expect(nobody).toEqual({ kind: 'away' });
  });

  it('says why a probe, and that a discovery, was not taken; a cancellation never throws', async () => {
    const url = await serve(answer(500));
    const dispatch = dispatcher();
    expect(await dispatch.probe(url)).toContain('500');
    expect(await dispatch.probe('http://127.0.0.1:1')).toContain('Nothing listens');
    expect(await dispatch.discover(url, 'hello')).toBe(false);
    const { attempt } = requestTo(url);
    const cancellation = { ...attempt, stepName: 'greet', idempotencyKey: 'k' };
    expect(await dispatch.cancelStep('http://127.0.0.1:1', cancellation)).toBe('unknown');
  });

  it('says how long the run waits, and whether the worker has stopped', async () => {
    const { attempt } = requestTo('');
    const cancellation = { ...attempt, stepName: 'greet', idempotencyKey: 'k', graceMs: 9_000 };
    const bodies: unknown[] = [];
    const url = await serve((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        bodies.push(JSON.parse(text));
        response.writeHead(200).end();
      });
    });
    expect(await dispatcher().cancelStep(url, cancellation)).toBe('stopped');
    expect(bodies).toMatchObject([{ stepName: 'greet', graceMs: 9_000 }]);
    const states = { 202: 'stopping', 404: 'stopped', 405: 'stopped', 429: 'unknown', 503: 'unknown' };
    for (const [status, state] of Object.entries(states))
      expect(await dispatcher().cancelStep(await serve(answer(Number(status))), cancellation)).toBe(state);
  });
});
