import type { Candidate, StepContext } from '@loom/worker-sdk';
import { type TestRun, testMigration } from '@loom/worker-sdk/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { type ExampleForge, goThrough, openExampleForge } from './test-support/example-forge.ts';

// Real git against a real forge, on machines that do other things as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let world: ExampleForge;
let candidates: readonly Candidate[];
const inputs = { chartVersion: '1.0.0' };

beforeAll(async () => {
  world = await openExampleForge(['billing', 'profile', 'notifier']);
  candidates = await testMigration(world.migration).discover();
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world.close());

function candidate(id: string): Candidate {
  const found = candidates.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`${id} was not discovered`);
  return found;
}

async function branchesWithPulls(repository: string): Promise<readonly string[]> {
  return (await world.pulls(repository)).map(({ head }) => head.ref);
}

function failures(run: TestRun): readonly (string | undefined)[] {
  return run.attempts.flatMap(({ result }) => (result.status === 'failed' ? [result.message] : []));
}

describe('an unreliable forge', () => {
  it('never gets two pull requests for one step, though answers are lost after it acted', async () => {
    world.forge.faults.add({
      kind: 'bad-gateway',
      method: 'POST',
      path: '/repos/*/*/pulls',
      when: 'after',
      probability: 0.3,
      seed: 3,
    });
    world.forge.faults.add({
      kind: 'bad-gateway',
      path: '/acme/**',
      when: 'before',
      probability: 0.05,
      seed: 5,
    });
    const run = await testMigration(world.migration).run(candidate('billing'), inputs);
    for (let rounds = 0; run.state !== 'completed' && rounds < 60; rounds += 1) {
      if (run.state === 'failed') await run.retry();
      else await goThrough(world, run);
    }
    expect(run.state, failures(run).join('\n')).toBe('completed');
    expect(world.forge.faults.list()[0]?.hits).toBeGreaterThan(0);
    for (const repository of ['acme/gitops', 'acme/billing']) {
      const branches = await branchesWithPulls(repository);
      expect(branches.length).toBeGreaterThan(3);
      expect(new Set(branches).size).toBe(branches.length);
    }
  });
});

describe('delivering a run twice', () => {
  it('finds every pull request of the first delivery and opens none', async () => {
    const runId = '01932c07-a0e5-7b3c-8d4e-5f6a7b8c9d0e';
    const test = testMigration(world.migration);
    const first = await goThrough(world, await test.run(candidate('profile'), inputs, runId));
    expect(first.state).toBe('completed');
    const before = [
      ...(await branchesWithPulls('acme/gitops')),
      ...(await branchesWithPulls('acme/profile')),
    ];
    const again = await goThrough(world, await test.run(candidate('profile'), inputs, runId));
    expect(again.state).toBe('completed');
    expect([
      ...(await branchesWithPulls('acme/gitops')),
      ...(await branchesWithPulls('acme/profile')),
    ]).toEqual(before);
    // What a step found out is the same, although the repositories hold its change by now.
    expect(again.outputs['dev-disable-prune']).toEqual(first.outputs['dev-disable-prune']);
    expect(again.outputs['dev-disable-prune']).toMatchObject({ applications: [{ was: true }] });
  });
});

/** What the server does: undoes one step after another, in reverse, and waits for the merge of each revert. */
async function undo(
  run: TestRun,
  { steps = [], ...found }: Candidate,
  runId: string,
): Promise<readonly string[]> {
  const { id, kind = 'application', labels = {}, metadata = {}, files = [] } = found;
  const told: string[] = [];
  const reached = steps.findIndex(({ name }) => name === run.stepName);
  for (const step of steps.slice(0, reached + 1).toReversed()) {
    if (!('use' in step) || step.use.compensate === undefined) continue;
    const context: StepContext<z.output<z.ZodObject>, z.output<z.ZodObject>> = {
      migrationId: world.migration.id,
      runId,
      stepName: step.name,
      type: step.use.type,
      phase: 'compensate',
      attempt: 1,
      idempotencyKey: `${runId}:${step.name}:compensate:1`,
      candidate: { id, kind, labels, metadata, files: [...files] },
      config: step.config ?? {},
      inputs,
      outputs: run.outputs,
      previousAttempt: undefined,
      deadline: undefined,
      signal: new AbortController().signal,
      log: pino({ level: 'silent' }),
      preview: undefined,
      operation: () => undefined,
      progress: () => undefined,
    };
    let outcome = await step.use.compensate(context);
    if (outcome.status === 'pending') {
      const [owner = '', repo = ''] = String(outcome.metadata?.['repository']).split('/');
      await world.client.octokit.pulls.merge({
        owner,
        repo,
        pull_number: Number(outcome.metadata?.['prNumber']),
      });
      outcome = (await step.use.poll?.(context, outcome.state)) ?? outcome;
    }
    told.push(`${step.name} ${outcome.status}`);
  }
  return told;
}

describe('undoing a run', () => {
  it('closes what is open and reverts what is merged, in the repositories too', async () => {
    const runId = '01932c07-a0e5-7b3c-8d4e-0a1b2c3d4e5f';
    const notifier = candidate('notifier');
    const before = await Promise.all(
      ['acme/gitops', 'acme/notifier'].map((repository) => world.git(repository, 'rev-parse', 'main^{tree}')),
    );
    const started = await testMigration(world.migration).run(notifier, inputs, runId);
    const run = await goThrough(world, started, 'prod-swap-chart');
    expect(run).toMatchObject({ state: 'pending', stepName: 'prod-swap-chart' });
    expect(await undo(run, notifier, runId)).toEqual([
      'prod-swap-chart succeeded',
      'prod-disable-prune merged',
      'staging-restore-prune merged',
      'staging-swap-chart merged',
      'staging-disable-prune merged',
      'generate-chart merged',
      'protect-base merged',
    ]);
    const after = await Promise.all(
      ['acme/gitops', 'acme/notifier'].map((repository) => world.git(repository, 'rev-parse', 'main^{tree}')),
    );
    expect(after).toEqual(before);
    const [closed] = (await world.pulls('acme/gitops')).filter(({ title }) =>
      title.startsWith('Deploy notifier in prod'),
    );
    expect(closed).toMatchObject({ state: 'closed' });
    // Undone once more, as after a lost answer, it finds what it did.
    const count = (await world.pulls('acme/gitops')).length;
    const { octokit } = world.client;
    const merge = vi.spyOn(octokit.pulls, 'merge');
    expect(await undo(run, notifier, runId)).toContain('staging-swap-chart merged');
    expect(merge).not.toHaveBeenCalled();
    expect(await world.pulls('acme/gitops')).toHaveLength(count);
  });
});
