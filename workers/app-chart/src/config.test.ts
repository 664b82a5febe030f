import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppChartConfigError, readConfig } from './config.ts';

const enough = {
  APP_CHART_FORGE_TOKEN: 'token',
  APP_CHART_GITOPS_REPOSITORY: 'acme/gitops',
  APP_CHART_GENERIC_CHART_REPOSITORY: 'https://charts.acme.example/generic',
  APP_CHART_CHART_REPOSITORY: 'https://charts.acme.example/apps',
};

describe('the configuration of app-chart', () => {
  it('has defaults for github.com', () => {
    expect(readConfig(enough)).toEqual({
      forge: {
        apiUrl: 'https://api.github.com',
        gitUrl: undefined,
        token: 'token',
        throttle: { kind: 'github' },
        author: { name: 'Loom', email: 'loom@example.com' },
      },
      gitopsRepository: 'acme/gitops',
      environments: ['dev', 'staging', 'prod'],
      genericChart: { name: 'generic-app', repositoryUrl: 'https://charts.acme.example/generic' },
      chartRepositoryUrl: 'https://charts.acme.example/apps',
      webhookSecret: undefined,
      pollEveryMs: 300_000,
    });
  });

  it.each([
    ['none', { kind: 'none' }],
    ['github', { kind: 'github' }],
    [
      '4,500,1500,2000',
      { kind: 'rates', requestsAtOnce: 4, writeEveryMs: 500, notifyEveryMs: 1500, searchEveryMs: 2000 },
    ],
  ])('reads the throttle %s', (text, throttle) => {
    expect(readConfig({ ...enough, APP_CHART_THROTTLE: text }).forge.throttle).toEqual(throttle);
  });

  it('reads a secret from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'loom-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'token');
    writeFileSync(path, 'from a file\n');
    const { APP_CHART_FORGE_TOKEN: _token, ...rest } = enough;
    expect(readConfig({ ...rest, APP_CHART_FORGE_TOKEN_FILE: path }).forge.token).toBe('from a file');
    expect(() => readConfig({ ...enough, APP_CHART_FORGE_TOKEN_FILE: path })).toThrow(/keep one/);
    expect(() => readConfig({ ...rest, APP_CHART_FORGE_TOKEN_FILE: `${path}x` })).toThrow(/ENOENT/);
  });

  it('names every variable that is wrong at once', () => {
    const wrong = {
      APP_CHART_GITOPS_REPOSITORY: 'gitops',
      APP_CHART_FORGE_API_URL: 'ftp://x',
      APP_CHART_THROTTLE: 'fast',
      APP_CHART_WEBHOOK_SECRET: 'short',
      APP_CHART_POLL_EVERY_MS: '5',
      APP_CHART_TOKEN: 'x',
    };
    expect(() => readConfig(wrong)).toThrow(AppChartConfigError);
    try {
      readConfig(wrong);
    } catch (error) {
      for (const name of [...Object.keys(wrong), 'APP_CHART_FORGE_TOKEN', 'APP_CHART_CHART_REPOSITORY']) {
        expect(String(error)).toContain(`${name}: `);
      }
    }
  });
});
