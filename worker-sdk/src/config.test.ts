import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWorkerConfig } from './config.ts';

const directory = mkdtempSync(join(tmpdir(), 'loom-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('reading the configuration of a worker', () => {
  it('has a default for everything', () => {
    expect(readWorkerConfig({}, {})).toEqual({
      config: {
        serverUrl: 'http://127.0.0.1:8080',
        listen: '127.0.0.1:0',
        namespace: 'loom',
        concurrency: 8,
        queueLimit: 1_000,
        leaseMs: 15_000,
        shutdownMs: 25_000,
        dryRunMs: 1_500_000,
        logLevel: 'info',
      },
      warnings: [],
    });
  });

  it('prefers an option to a variable and a variable to the default', () => {
    const { config } = readWorkerConfig(
      { concurrency: 2 },
      { LOOM_WORKER_CONCURRENCY: '4', LOOM_WORKER_QUEUE_LIMIT: '10' },
    );
    expect(config).toMatchObject({ concurrency: 2, queueLimit: 10 });
  });

  it('names every wrong setting at once', () => {
    expect(() =>
      readWorkerConfig(
        { listen: 'nowhere' },
        { LOOM_SERVER_URL: 'ftp://x', LOOM_WORKER_CONCURRENCY: 'many', LOOM_WORKER_URL_FILE: '/nonexistent' },
      ),
    ).toThrow(
      /LOOM_WORKER_URL_FILE: .*\n.*LOOM_SERVER_URL: must be an http.*\n.*listen \(option\): must be host:port\n.*LOOM_WORKER_CONCURRENCY: /,
    );
  });

  it('reads a secret from a file', () => {
    const path = join(directory, 'redis-url');
    writeFileSync(path, 'redis://127.0.0.1:6379\n');
    expect(readWorkerConfig({}, { LOOM_WORKER_REDIS_URL_FILE: path }).config.redisUrl).toBe(
      'redis://127.0.0.1:6379',
    );
    expect(() =>
      readWorkerConfig({}, { LOOM_WORKER_REDIS_URL_FILE: path, LOOM_WORKER_REDIS_URL: 'redis://x' }),
    ).toThrow('LOOM_WORKER_REDIS_URL: is set, and so is LOOM_WORKER_REDIS_URL_FILE; keep one');
  });

  it('wants one store, unless an option says which', () => {
    const environment = { LOOM_WORKER_REDIS_URL: 'redis://127.0.0.1', LOOM_WORKER_STATE_DIR: directory };
    expect(() => readWorkerConfig({}, environment)).toThrow('keep one store');
    expect(readWorkerConfig({ stateDir: 'here' }, environment).config).toMatchObject({ stateDir: 'here' });
  });

  it('wants the worker URL when it listens on every address', () => {
    expect(() => readWorkerConfig({ listen: '0.0.0.0:4001' }, {})).toThrow('LOOM_WORKER_URL: is needed');
  });

  it('warns of an unknown variable with the nearest one', () => {
    expect(readWorkerConfig({}, { LOOM_WORKER_CONCURENCY: '3', LOOM_LISTEN: 'x' }).warnings).toEqual([
      'LOOM_WORKER_CONCURENCY is not a setting of the worker SDK; did you mean LOOM_WORKER_CONCURRENCY?',
    ]);
  });
});
