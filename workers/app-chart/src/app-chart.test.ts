import { exampleWorld } from '@loom/app-chart/example-world';
import type { Candidate } from '@loom/worker-sdk';
import { readYaml } from '@loom/worker-sdk/git';
import { type TestRun, testMigration } from '@loom/worker-sdk/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExampleForge, goThrough, openExampleForge } from './test-support/example-forge.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let world: ExampleForge;
let candidates: readonly Candidate[];
const inputs = { chartVersion: '1.0.0' };

beforeAll(async () => {
  world = await openExampleForge();
  candidates = await testMigration(world.migration).discover();
});
afterAll(() => world.close());

function candidate(id: string): Candidate {
  const found = candidates.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`${id} was not discovered`);
  return found;
}

function outcomes(run: TestRun): readonly string[] {
  return run.attempts
    .filter(({ result }) => result.status !== 'pending')
    .map(({ stepName, result }) => `${stepName} ${result.status}`);
}

async function applicationsOn(path: string): Promise<readonly unknown[]> {
  return readYaml(await world.fileOn('acme/gitops', path), path);
}

describe('discovery', () => {
  it('finds the applications on the generic chart, and nothing else that is in the folders', () => {
    expect(candidates.map(({ id }) => id).toSorted()).toEqual(exampleWorld.candidates.toSorted());
  });

  it('says team, environments and files, and gives each the steps of its environments', () => {
    expect(candidate('ledger')).toMatchObject({
      kind: 'application',
      labels: { team: 'payments', environments: 'dev,prod' },
      metadata: {
        repository: 'acme/ledger',
        genericChartVersion: '3.2.1',
        applications: ['ledger-dev', 'ledger-prod'],
      },
      files: [
        {
          name: 'dev',
          repo: 'acme/gitops',
          files: [
            { path: 'dev/ledger.yaml', url: `${world.forge.url}/acme/gitops/blob/main/dev/ledger.yaml` },
          ],
        },
        { name: 'prod', files: [{ path: 'prod/ledger.yaml' }] },
      ],
    });
    expect(candidate('ledger').steps?.map(({ name }) => name)).toEqual([
      'protect-base',
      'generate-chart',
      'check-chart',
      'dev-disable-prune',
      'dev-swap-chart',
      'dev-check',
      'dev-restore-prune',
      'prod-disable-prune',
      'prod-swap-chart',
      'prod-check',
      'prod-restore-prune',
      'clean-common-values',
      'update-deploy-workflow',
    ]);
    expect(new Set(candidate('ledger').steps?.map(({ group }) => group))).toEqual(
      new Set(['chart', 'dev', 'prod', 'cleanup']),
    );
  });
});

describe('the migration of an application', () => {
  it('does in the repositories what its preview said', async () => {
    const test = testMigration(world.migration);
    const preview = await test.preview(candidate('catalog'), inputs);
    expect(preview.steps.filter(({ error }) => error !== undefined)).toEqual([]);
    const promised = new Map<string, string | undefined>();
    for (const { changes = [] } of preview.steps) {
      for (const { repo, path, after } of changes) promised.set(`${repo} ${path}`, after);
    }
    expect(promised.size).toBeGreaterThan(15);
    expect(await world.pulls('acme/gitops')).toEqual([]);

    const run = await goThrough(world, await test.run(candidate('catalog'), inputs));
    expect(run.state).toBe('completed');
    expect(outcomes(run).filter((line) => !line.endsWith(' merged'))).toEqual([]);
    for (const [place, after] of promised) {
      const [repo = '', path = ''] = place.split(' ');
      if (after === undefined)
        await expect(world.fileOn(repo, path), place).rejects.toThrow(/does not exist|exists on disk/);
      else expect(await world.fileOn(repo, path), place).toBe(after);
    }
  });

  it('leaves Applications that deploy from their own chart and prune as before, in both regions', async () => {
    const documents = await applicationsOn('prod/catalog.yaml');
    expect(documents).toHaveLength(2);
    for (const document of documents) {
      expect(document).toMatchObject({
        spec: {
          sources: [
            {
              repoURL: 'https://charts.acme.example/apps',
              chart: 'catalog',
              targetRevision: '1.0.0',
              helm: { valueFiles: ['$values/deploy/values-prod.yaml'] },
            },
            { ref: 'values' },
          ],
          syncPolicy: { automated: { prune: true, selfHeal: true } },
        },
      });
    }
    expect(await world.git('acme/catalog', 'ls-tree', 'main', 'scripts/smoke.sh')).toMatch(/^100755/);
  });

  it('opens one pull request a step, on a branch of its own, and none for what needs no change', async () => {
    const run = await goThrough(
      world,
      await testMigration(world.migration).run(candidate('audit-log'), inputs),
    );
    expect(run.state).toBe('completed');
    expect(outcomes(run)).toEqual([
      'protect-base merged',
      'generate-chart merged',
      'prod-disable-prune succeeded',
      'prod-swap-chart merged',
      'prod-restore-prune succeeded',
      'clean-common-values merged',
      'update-deploy-workflow merged',
    ]);
    const own = (await world.pulls('acme/gitops')).filter(({ head }) => head.ref.includes('/audit-log-'));
    expect(own.map(({ title }) => title)).toEqual(['Deploy audit-log in prod from its own chart']);
    expect(await applicationsOn('prod/audit-log.yaml')).toMatchObject([
      { spec: { syncPolicy: { automated: { prune: false } } } },
    ]);
    expect(await world.fileOn('acme/audit-log', 'deploy/values-common.yaml')).toContain(
      'channel: "#platform-alerts"',
    );
  });

  it('never switches pruning on where sync is by hand (trap 14)', async () => {
    const before = await world.fileOn('acme/gitops', 'dev/returns.yaml');
    const run = await goThrough(
      world,
      await testMigration(world.migration).run(candidate('returns'), inputs),
    );
    expect(run.state).toBe('completed');
    const after = await world.fileOn('acme/gitops', 'dev/returns.yaml');
    expect(after).not.toContain('automated');
    expect(after.slice(after.indexOf('  # synced by hand'))).toBe(
      before.slice(before.indexOf('  # synced by hand')),
    );
  });

  it('keeps line ends, comments and the second document of odd files (trap 14)', async () => {
    const lines = (text: string): readonly string[] => text.split('\n');
    for (const [id, path] of [
      ['tracking', 'dev/tracking.yaml'],
      ['ledger', 'prod/ledger.yaml'],
    ] as const) {
      const before = lines(await world.fileOn('acme/gitops', path));
      const run = await goThrough(world, await testMigration(world.migration).run(candidate(id), inputs));
      expect(run.state).toBe('completed');
      const after = lines(await world.fileOn('acme/gitops', path));
      const added = after.filter((line) => !before.includes(line)).map((line) => line.trim());
      expect(added).toEqual([
        '- repoURL: https://charts.acme.example/apps',
        `chart: ${id}`,
        'targetRevision: 1.0.0 # renovate: datasource=helm depName=generic-app',
      ]);
      const removed = before.filter((line) => !after.includes(line)).map((line) => line.trim());
      expect(removed).toEqual([
        '- repoURL: https://charts.acme.example/generic',
        'chart: generic-app',
        'targetRevision: 3.2.1 # renovate: datasource=helm depName=generic-app',
        '- $values/deploy/values-common.yaml',
        '# namespace, volumes and the like',
        'path: deploy/base',
      ]);
    }
    expect(await world.fileOn('acme/gitops', 'dev/tracking.yaml')).toMatch(/^(?:[^\r\n]*\r\n)+$/);
  });
});

describe('planted trouble', () => {
  it('conflict: the run waits and says so; closed and retried, the change is made anew', async () => {
    const { conflict } = exampleWorld.trouble;
    const test = testMigration(world.migration);
    const run = await goThrough(world, await test.run(candidate(conflict.candidate), inputs), conflict.step);
    await world.push(conflict);
    await run.poll();
    expect(run.state).toBe('pending');
    expect(run.attempts.at(-1)?.result).toMatchObject({
      message: expect.stringMatching(/^acme\/gitops#\d+ has conflicts with main/),
      metadata: { pullRequest: { mergeable: 'conflicts' } },
    });
    await expect(world.merge(run)).rejects.toMatchObject({ status: 405 });
    await world.closePull(run);
    await run.poll();
    expect(run.state).toBe('failed');
    expect(run.attempts.at(-1)?.result).toMatchObject({
      failureClass: 'conflict',
      message: expect.stringContaining('was closed without merging'),
    });
    await run.retry();
    expect(run.state).toBe('pending');
    await goThrough(world, run);
    expect(run.state).toBe('completed');
    const text = await world.fileOn('acme/gitops', 'dev/checkout.yaml');
    expect(text).toContain('selfHeal: false # for the offsite');
    expect(text).toContain('prune: true');
    const branches = (await world.pulls('acme/gitops')).map(({ head }) => head.ref);
    expect(new Set(branches).size).toBe(branches.length);
  });

  it('malformed file: the step fails with file and line; mended and retried, the run goes on', async () => {
    const { malformed } = exampleWorld.trouble;
    const run = await testMigration(world.migration).run(candidate(malformed.candidate), inputs);
    expect(run).toMatchObject({ state: 'failed', stepName: malformed.step });
    expect(run.attempts.at(-1)?.result).toMatchObject({
      failureClass: 'invalid',
      retryable: false,
      message: expect.stringMatching(/^deploy\/values-common\.yaml of acme\/coupons, line 17, column \d+: /),
    });
    await world.push(malformed);
    await run.retry();
    await goThrough(world, run);
    expect(run.state).toBe('completed');
    expect(await world.fileOn('acme/coupons', 'chart/values.yaml')).toContain('  PROMO: "summer: 2026"\n');
  });

  it('swap skipped: what an environment still needs is not cleaned up', async () => {
    const test = testMigration(world.migration);
    const steps = candidate('indexer').steps?.filter(({ name }) => name !== 'dev-swap-chart') ?? [];
    const run = await goThrough(world, await test.run({ ...candidate('indexer'), steps }, inputs));
    expect(run).toMatchObject({ state: 'failed', stepName: 'clean-common-values' });
    expect(run.attempts.at(-1)?.result.message).toContain('dev may still use the common values');
  });
});
