import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readConfig } from './config.ts';
import { seedRepository } from './seed-repository.ts';

vi.setConfig({ testTimeout: 60_000 });
let root: string;
const running = new Set<ChildProcess>();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'loom-forge-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

async function startProcess(
  env: Record<string, string>,
): Promise<{ url: string; stop(): Promise<number | null> }> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], FORGE_ROOT: root, FORGE_LISTEN: '127.0.0.1:0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error('the forge ended before it listened')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.msg === 'forge is listening') resolve(entry.url);
    });
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

test('the process keeps its token and its repositories over a SIGTERM and a new start', async () => {
  const first = await startProcess({});
  const token = await readFile(join(root, 'token'), 'utf8');
  expect((await stat(join(root, 'token'))).mode & 0o077).toBe(0);
  await seedRepository({ url: first.url, token }, 'acme/app', {
    commits: [{ message: 'Start', files: { a: 'a' } }],
  });
  expect(await first.stop()).toBe(0);

  const second = await startProcess({});
  const response = await fetch(`${second.url}/api/v3/repos/acme/app`, {
    headers: { authorization: `token ${token}` },
  });
  expect(response.status).toBe(200);
  expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
  expect(await second.stop()).toBe(0);
});

test('the token and the public address come from the environment', async () => {
  const forge = await startProcess({
    FORGE_TOKEN: 'a-token-of-mine',
    FORGE_PUBLIC_URL: 'http://forge.example.org/',
  });
  await seedRepository({ url: forge.url, token: 'a-token-of-mine' }, 'acme/app', {
    commits: [{ message: 'S', files: { a: 'a' } }],
  });
  const response = await fetch(`${forge.url}/api/v3/repos/acme/app`, {
    headers: { authorization: 'Bearer a-token-of-mine' },
  });
  expect(await response.json()).toMatchObject({
    html_url: 'http://forge.example.org/acme/app',
    clone_url: `${forge.url}/acme/app.git`,
  });
  expect(await forge.stop()).toBe(0);
});

test('the configuration names every variable that is wrong', () => {
  expect(() =>
    readConfig({ FORGE_LISTEN: 'nonsense', FORGE_TOKEN: 'short', FORGE_PUBLIC_URL: 'ftp://x' }),
  ).toThrow(/FORGE_LISTEN: must be host:port.*\nFORGE_TOKEN: .*\nFORGE_PUBLIC_URL: /);
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 7080, root: '.forge', token: undefined });
  expect(readConfig({ FORGE_LISTEN: '[::1]:80' })).toMatchObject({ host: '::1', port: 80 });
  for (const listen of ['127.0.0.1', ':80', 'a b:80', '[::g]:80', '127.0.0.1:99999', '127.0.0.1:']) {
    expect(() => readConfig({ FORGE_LISTEN: listen })).toThrow(/FORGE_LISTEN/);
  }
});
