import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess, startServer } from '@loom/stack';
import type {} from '@loom/stack/test-parts';
import { expect, inject, test } from 'vitest';
import { candidateAt, createApi, listAll } from '../support/api.ts';
import type {} from '../support/fresh-build.ts';
import { createOwnNamespace } from '../support/own-namespace.ts';
import { until } from '../support/until.ts';

test('the worker in the README runs as it is printed', async () => {
  const readme = await readFile('README.md', 'utf8');
  const [, worker] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (worker === undefined) throw new Error('The README has no worker.');
  const dir = await mkdtemp('test/e2e/readme-worker-');
  const redisUrl = inject('redisUrl');
  const temporalAddress = inject('temporalAddress');
  const LOOM_NAMESPACE = await createOwnNamespace(temporalAddress);
  const server = await startServer({
    redisUrl,
    temporalAddress,
    from: inject('runFrom'),
    env: { LOOM_NAMESPACE, LOOM_LOG_LEVEL: 'warn' },
  });
  try {
    await writeFile(join(dir, 'worker.ts'), worker);
    const running = await startProcess({
      name: 'the worker of the README',
      command: process.execPath,
      args: ['node_modules/tsx/dist/cli.mjs', '--conditions=source', join(dir, 'worker.ts')],
      env: {
        LOOM_SERVER_URL: server.url,
        LOOM_WORKER_LISTEN: '127.0.0.1:0',
        LOOM_NAMESPACE,
        LOOM_WORKER_REDIS_URL: redisUrl,
      },
    });
    try {
      const api = createApi(server.url);
      await until('discovery', async () => (await listAll(api, 'greetings')).length === 2);
      await api.POST(
        '/migrations/{migrationId}/candidates/{candidateId}/start',
        candidateAt('greetings', 'mars'),
      );
      const done = await until('completion', async () => {
        const { data } = await api.GET(
          '/migrations/{migrationId}/candidates/{candidateId}/steps',
          candidateAt('greetings', 'mars'),
        );
        return data?.status === 'completed' ? data : undefined;
      });
      expect(done.steps[0]?.attempts[0]?.message).toBe('Hello, mars!');
    } finally {
      await running.stop();
    }
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}, 90_000);
