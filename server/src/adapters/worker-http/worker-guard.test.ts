import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkerClient } from './worker-client.ts';
import { createWorkerGuard } from './worker-guard.ts';
import { parseWorkerHosts } from './worker-hosts.ts';

/** Names to addresses; the last list stays when it is asked more often. */
function resolveFrom(names: Record<string, readonly (readonly string[])[]>) {
  const asked = new Map<string, number>();
  return (
    host: string,
    callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => {
    const answers = names[host];
    const times = asked.get(host) ?? 0;
    asked.set(host, times + 1);
    const answer = answers?.[Math.min(times, answers.length - 1)];
    if (answer === undefined) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
    else
      callback(
        null,
        answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  };
}

const PUBLIC_ONLY = ['203.0.113.0/24', 'worker.example.com', '*.workers.internal'];

describe('worker guard', () => {
  let victim: Server;
  let port: number;
  let reached = 0;
  beforeEach(async () => {
    reached = 0;
    victim = createServer((_request, response) => {
      reached += 1;
      response.end('{}');
    });
    await new Promise<void>((done) => victim.listen(0, '127.0.0.1', done));
    port = (victim.address() as AddressInfo).port;
  });
  afterEach(async () => {
    victim.closeAllConnections();
    await new Promise((done) => victim.close(done));
  });

  async function dial(workerUrl: string, hosts: readonly string[], resolve = resolveFrom({})) {
    const guard = createWorkerGuard(parseWorkerHosts(hosts), resolve);
    const client = createWorkerClient({ guard, connectMs: 300 });
    try {
      const forbidden = await guard.whyForbidden(workerUrl);
      const answer = await client.call({
        workerUrl,
        path: '/healthz',
        method: 'GET',
        timeoutMs: 500,
        maxAnswerBytes: 1000,
      });
      return { forbidden, answer };
    } finally {
      await client.close();
    }
  }

  const spellings = [
    'http://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://LOCALHOST.:PORT',
    'http://127.1:PORT',
    'http://127.0.1:PORT',
    'http://2130706433:PORT',
    'http://0x7f000001:PORT',
    'http://0x7f.0.0.1:PORT',
    'http://0177.0.0.1:PORT',
    'http://017700000001:PORT',
    'http://0:PORT',
    'http://0.0.0.0:PORT',
    'http://[::1]:PORT',
    'http://[::]:PORT',
    'http://[::ffff:127.0.0.1]:PORT',
    'http://[::ffff:7f00:1]:PORT',
    'http://[::7f00:1]:PORT',
    'http://[64:ff9b::7f00:1]:PORT',
    'http://[2002:7f00:1::]:PORT',
    'http://①②⑦.0.0.1:PORT',
    'http://127.0.0.1。:PORT',
    'http://user@127.0.0.1:PORT',
    'http://worker.example.com@127.0.0.1:PORT',
    'http://127.0.0.1:PORT#@worker.example.com',
    'http://127.0.0.1:PORT?x=worker.example.com',
    'http://rebinds.example.com:PORT',
    'http://mixed.workers.internal:PORT',
    'http://worker.example.com.evil.test:PORT',
    'http://workers.internal:PORT',
    'ftp://127.0.0.1:PORT',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/x',
    'javascript:alert(1)',
    'http://',
    'not a url',
  ];
  it.each(spellings)('never reaches loopback by %s when it is not listed', async (spelling) => {
    const { forbidden, answer } = await dial(
      spelling.replace('PORT', String(port)),
      PUBLIC_ONLY,
      resolveFrom({
        localhost: [['127.0.0.1']],
        'rebinds.example.com': [['127.0.0.1']],
        'mixed.workers.internal': [['203.0.113.9', '127.0.0.1']],
        'worker.example.com.evil.test': [['127.0.0.1']],
        'workers.internal': [['127.0.0.1']],
      }),
    );
    expect(forbidden).toBeTypeOf('string');
    expect(answer).toMatchObject({ kind: 'none', isFault: false });
    expect(reached).toBe(0);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]',
    'http://[fd00:ec2::254]',
    'http://100.100.100.200',
    'http://metadata.google.internal',
    'http://224.0.0.1',
    'http://[::ffff:169.254.169.254]',
  ])('refuses %s whatever is listed', async (workerUrl) => {
    const everything = ['0.0.0.0/0', '::/0', 'loopback', 'private', 'metadata.google.internal', '*.internal'];
    const resolve = resolveFrom({ 'metadata.google.internal': [['169.254.169.254']] });
    const { forbidden, answer } = await dial(workerUrl, everything, resolve);
    expect(forbidden).toBeTypeOf('string');
    expect(answer).toMatchObject({ kind: 'none', isFault: false });
  });

  it('dials the address that it checked: a name that changes after the check is checked again', async () => {
    // Announced as an allowed address, then pointed at loopback.
    const resolve = resolveFrom({ 'worker.example.com': [['203.0.113.9'], ['127.0.0.1']] });
    const { forbidden, answer } = await dial(`http://worker.example.com:${port}`, PUBLIC_ONLY, resolve);
    expect(forbidden).toBeUndefined();
    expect(answer).toMatchObject({ kind: 'none', isFault: false });
    expect(reached).toBe(0);
  });

  it('reaches workers on loopback by address and name when it is listed', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      const resolve = resolveFrom({ localhost: [['::1', '127.0.0.1']] });
      const { forbidden, answer } = await dial(`http://${host}:${port}`, ['loopback'], resolve);
      expect(forbidden).toBeUndefined();
      expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    }
    expect(reached).toBe(3);
  });

  it('takes a listed name at any address but loopback', async () => {
    const guard = createWorkerGuard(
      parseWorkerHosts(PUBLIC_ONLY),
      resolveFrom({ 'a.workers.internal': [['10.1.2.3']], 'worker.example.com': [['127.0.0.1']] }),
    );
    expect(await guard.whyForbidden('http://a.workers.internal')).toBeUndefined();
    expect(await guard.whyForbidden('http://worker.example.com')).toContain('127.0.0.1');
  });

  it('does not call a name forbidden that cannot be resolved now', async () => {
    const guard = createWorkerGuard(parseWorkerHosts(PUBLIC_ONLY), resolveFrom({}));
    expect(await guard.whyForbidden('http://a.workers.internal')).toBeUndefined();
  });

  it.each(['10.0.0.0/40', '10.0.0', 'http://host', '*', '', 'a b', '-x'])(
    'refuses "%s" in the list',
    (entry) => {
      expect(() => parseWorkerHosts([entry])).toThrow('is not loopback');
    },
  );
});
