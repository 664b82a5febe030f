import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

vi.setConfig({ testTimeout: 90_000 });

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

const variables = {
  APP_CHART_FORGE_API_URL: 'http://127.0.0.1:9/api/v3',
  APP_CHART_FORGE_TOKEN: 'token-of-the-forge',
  APP_CHART_GITOPS_REPOSITORY: 'acme/gitops',
  APP_CHART_GENERIC_CHART_REPOSITORY: 'https://charts.acme.example/generic',
  APP_CHART_CHART_REPOSITORY: 'https://charts.acme.example/apps',
  APP_CHART_THROTTLE: 'none',
  APP_CHART_WEBHOOK_SECRET: 'shared-with-the-forge',
};

function startMain(environment: Readonly<Record<string, string>>): ChildProcess {
  const stateDir = mkdtempSync(join(tmpdir(), 'loom-main-'));
  const child = spawn(process.execPath, ['--conditions=source', '--import=tsx', main], {
    env: {
      PATH: process.env['PATH'],
      LOOM_SERVER_URL: 'http://127.0.0.1:9',
      LOOM_WORKER_LISTEN: '127.0.0.1:0',
      LOOM_WORKER_STATE_DIR: stateDir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(stateDir, { recursive: true, force: true });
  });
  return child;
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The worker has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The worker ended before it listened');
}

describe('the program app-chart', () => {
  it('serves, takes webhooks that are signed, and ends on SIGTERM', async () => {
    const child = startMain(variables);
    const url = await addressOf(child);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const unsigned = await fetch(`${url}/webhooks/forge`, { method: 'POST', body: '{}' });
    expect(unsigned.status).toBe(401);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
  });

  it('does not start with a wrong configuration, and names every variable', async () => {
    const { APP_CHART_FORGE_TOKEN: _token, ...rest } = variables;
    const child = startMain({ ...rest, APP_CHART_THROTTLE: 'fast' });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
    await expect.poll(() => said).toContain('APP_CHART_FORGE_TOKEN: is missing. May read and push');
    expect(said).toContain('APP_CHART_THROTTLE: must be github, none, or ');
  });
});
