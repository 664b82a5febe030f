import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, parseConfig } from './config.ts';

const SECRET = 'x'.repeat(32);
const PRODUCTION = { LOOM_ENV: 'production', LOOM_SECRET: SECRET, LOOM_WORKER_HOSTS: '10.0.0.0/8' };

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('configuration', () => {
  it('needs nothing in development', () => {
    const { config, warnings } = parseConfig({ PATH: '/bin' });
    expect(config).toMatchObject({
      env: 'development',
      role: 'all',
      listen: { host: '127.0.0.1', port: 8080 },
      workerHosts: ['loopback', 'private'],
      dispatchTimeoutMs: 3000,
      shutdownSeconds: 25,
    });
    expect(config.secret).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('names every wrong variable at once', () => {
    const problems = problemsOf({
      LOOM_ENV: 'staging',
      LOOM_LISTEN: 'everywhere',
      LOOM_REDIS_URL: 'http://redis',
      LOOM_LEASE_SECONDS: '1e3',
      LOOM_DISPATCH_TIMEOUT_MS: '9000',
      LOOM_SECRET: 'short',
    });
    expect(problems).toHaveLength(6);
    for (const name of ['ENV', 'LISTEN', 'REDIS_URL', 'LEASE_SECONDS', 'DISPATCH_TIMEOUT_MS', 'SECRET'])
      expect(problems.some((problem) => problem.startsWith(`LOOM_${name} `))).toBe(true);
  });

  it('never prints a secret', () => {
    expect(problemsOf({ LOOM_SECRET: 'hunter2', LOOM_REDIS_URL: 'amqp://u:hunter2@h' }).join()).not.toContain(
      'hunter2',
    );
  });

  it('demands a secret and the hosts of workers in production', () => {
    expect(problemsOf({ LOOM_ENV: 'production' })).toEqual([
      expect.stringContaining('LOOM_SECRET is required'),
      expect.stringContaining('LOOM_WORKER_HOSTS is required'),
    ]);
    expect(problemsOf(PRODUCTION)).toEqual([]);
  });

  it.each(['0.0.0.0:8080', '[::]:8080', '10.1.2.3:80', 'loom.example.com:443'])(
    'refuses to listen on %s without LOOM_AUTH=none',
    (listen) => {
      const open = { LOOM_LISTEN: listen, LOOM_PUBLIC_URL: 'https://loom.example.com' };
      expect(problemsOf(open)).toEqual([expect.stringContaining('LOOM_AUTH=none')]);
      expect(problemsOf({ ...open, LOOM_AUTH: 'none' })).toEqual([]);
      expect(problemsOf({ ...open, LOOM_AUTH: '' })).toHaveLength(1);
    },
  );

  it.each(['127.0.0.1:0', '127.8.9.1:80', '[::1]:8080', 'localhost:9'])(
    'listens on %s as it is',
    (listen) => {
      expect(problemsOf({ LOOM_LISTEN: listen })).toEqual([]);
    },
  );

  it('wants to know where workers call back when it cannot tell', () => {
    expect(problemsOf({ LOOM_ROLE: 'engine' })).toEqual([expect.stringContaining('LOOM_PUBLIC_URL')]);
    for (const listen of ['0.0.0.0:8080', '[::]:8080'])
      expect(problemsOf({ LOOM_LISTEN: listen, LOOM_AUTH: 'none' })).toEqual([
        expect.stringContaining('LOOM_PUBLIC_URL'),
      ]);
  });

  it('reads a value from the file that the _FILE form names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'loom-config-'));
    try {
      const file = join(folder, 'secret');
      writeFileSync(file, `${SECRET}\n`);
      expect(parseConfig({ LOOM_SECRET_FILE: file }).config.secret).toEqual([SECRET]);
      expect(problemsOf({ LOOM_SECRET_FILE: file, LOOM_SECRET: SECRET })).toEqual([
        expect.stringContaining('both set'),
      ]);
      expect(problemsOf({ LOOM_SECRET_FILE: join(folder, 'none') })).toEqual([
        expect.stringContaining('LOOM_SECRET_FILE cannot be read'),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes several secrets, so that one can be rotated', () => {
    expect(parseConfig({ LOOM_SECRET: `${SECRET}, ${'y'.repeat(40)}` }).config.secret).toHaveLength(2);
  });

  it('warns of an unknown name with the nearest one that is known', () => {
    expect(parseConfig({ LOOM_REDIS_ULR: 'redis://x' }).warnings).toEqual([
      'LOOM_REDIS_ULR is not a setting of the server; did you mean LOOM_REDIS_URL?',
    ]);
    expect(parseConfig({ LOOM_REDIS_URL_FILE: '' }).warnings).toEqual([]);
  });

  it('refuses hosts of workers that it cannot read', () => {
    expect(problemsOf({ LOOM_WORKER_HOSTS: 'loopback, 10.0.0.0/99' })).toEqual([
      'LOOM_WORKER_HOSTS: "10.0.0.0/99" is not loopback, private, an address, a CIDR block or a host name.',
    ]);
  });

  it('refuses times that contradict each other', () => {
    expect(problemsOf({ LOOM_HEARTBEAT_SECONDS: '20' })).toEqual([expect.stringContaining('at most half')]);
    expect(problemsOf({ LOOM_DISPATCH_TIMEOUT_MS: '900' })).toEqual([
      expect.stringContaining('LOOM_DISPATCH_CONNECT_MS'),
    ]);
  });
});
