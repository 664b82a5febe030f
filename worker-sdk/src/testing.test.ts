import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineMigration } from './define-migration.ts';
import { defineStep } from './define-step.ts';
import { review } from './migration-step.ts';
import { failed, merged, pending, succeeded } from './outcomes.ts';
import { testMigration } from './testing.ts';

let looks = 0;
const open = defineStep({
  type: 'open',
  inputs: z.object({ version: z.string() }),
  run: async ({ candidate, inputs, operation, progress, previousAttempt }) => {
    if (inputs.version === 'bad') return failed('There is no such version.', { failureClass: 'invalid' });
    progress('Opening.');
    operation({
      kind: 'forge.pull_request.create',
      at: '2026-01-01T00:00:00.000Z',
      durationMs: 1,
      result: 'ok',
    });
    return pending('Waits for the merge.', { pull: candidate.id, polls: 0, after: previousAttempt?.outcome });
  },
  poll: async (_context, state) => {
    if (state['polls'] === 0) return pending('Still waits.', { ...state, polls: 1 });
    looks += 1;
    if (looks === 1) throw Object.assign(new Error('Bad gateway'), { status: 502 });
    return merged({ outputs: { commit: 'abc', after: state['after'] } });
  },
});
const tag = defineStep({
  type: 'tag',
  config: z.object({ prefix: z.string() }),
  run: async ({ config, outputs, preview }) => {
    const given = outputs['open']?.['commit'];
    const commit = typeof given === 'string' ? given : 'none';
    preview?.recordChange({ repo: 'r', path: 'TAG', status: 'new', after: config.prefix + commit });
    return succeeded({ message: `Tagged ${commit}.`, outputs: { tag: config.prefix + commit } });
  },
  compensate: async ({ outputs }) => succeeded({ message: `Removed ${String(outputs['tag']?.['tag'])}.` }),
});
const migration = defineMigration({
  id: 'tag',
  name: 'Tag',
  inputs: z.object({ version: z.string() }),
  steps: [
    { name: 'open', use: open },
    review({ name: 'check' }),
    { name: 'tag', use: tag, config: { prefix: 'v-' } },
  ],
  discover: async () => [{ id: 'a' }, { id: 'b' }],
});

describe('testing a migration without a server', () => {
  it('stands where a run would: at a failure, a pending step, a review, the end', async () => {
    const run = await testMigration(migration).run('app', { version: 'bad' });
    expect([run.state, run.stepName]).toEqual(['failed', 'open']);
    await run.retry({ version: 'v2' });
    expect([run.state, run.stepName]).toEqual(['pending', 'open']);
    await run.poll();
    await run.poll();
    expect(run.state).toBe('pending');
    await run.poll();
    expect([run.state, run.stepName]).toEqual(['awaiting_approval', 'check']);
    await run.approve();
    expect([run.state, run.stepName]).toEqual(['completed', undefined]);
    expect(run.outputs).toEqual({ open: { commit: 'abc', after: 'failed' }, tag: { tag: 'v-abc' } });
    expect(run.attempts.map(({ stepName, attempt, result }) => [stepName, attempt, result.status])).toEqual([
      ['open', 1, 'failed'],
      ['open', 2, 'pending'],
      ['open', 2, 'pending'],
      ['open', 2, 'pending'],
      ['open', 2, 'merged'],
      ['tag', 1, 'succeeded'],
    ]);
    expect(run.attempts[1]).toMatchObject({
      operations: [{ kind: 'forge.pull_request.create' }],
      progress: ['Opening.'],
    });

    await run.compensate();
    expect(run.state).toBe('compensated');
    expect(run.attempts.at(-1)).toMatchObject({
      stepName: 'tag',
      phase: 'compensate',
      result: { message: 'Removed v-abc.' },
    });
  });

  it('previews with the same handlers', async () => {
    const result = await testMigration(migration).preview('app', { version: 'v2' });
    expect(result.steps).toEqual([
      { name: 'open', message: 'Waits for the merge.' },
      { name: 'check', message: 'A person decides.' },
      {
        name: 'tag',
        message: 'Tagged none.',
        changes: [{ repo: 'r', path: 'TAG', status: 'new', after: 'v-none' }],
      },
    ]);
  });

  it('discovers', async () => {
    expect(await testMigration(migration).discover()).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('says what the test did wrong', async () => {
    const test = testMigration(migration);
    await expect(test.run(' app', { version: 'v2' })).rejects.toThrow(
      'The candidate does not fit: id: must be',
    );
    await expect(test.run('app')).rejects.toThrow('inputs.version');
    await expect(test.preview('app')).rejects.toThrow('inputs.version');
    const run = await test.run('app', { version: 'v2' });
    await expect(run.approve()).rejects.toThrow('The run is pending, not awaiting_approval.');
    const still = defineMigration({ id: 'still', name: 'Still', steps: [review({ name: 'check' })] });
    await expect(testMigration(still).discover()).rejects.toThrow('no discovery');
  });

  it('fails what a worker would fail: a pending without poll, outputs that are too large', async () => {
    const waits = defineStep({ type: 'waits', run: async () => pending('Waits.', {}) });
    const large = defineStep({
      type: 'large',
      run: async () => succeeded({ outputs: { x: 'x'.repeat(70_000) } }),
    });
    const of = (use: typeof waits) =>
      testMigration(defineMigration({ id: 'm', name: 'M', steps: [{ name: 'a', use }] })).run('app');
    expect((await of(waits)).attempts[0]?.result.message).toBe(
      'The step type "waits" answers pending but has no poll handler.',
    );
    expect(await of(large)).toMatchObject({ state: 'failed', outputs: {} });
  });

  it('stops undoing where an undo fails', async () => {
    const stuck = defineStep({
      type: 'stuck',
      run: async () => succeeded(),
      compensate: async () => failed('Cannot be undone.'),
    });
    const run = await testMigration(
      defineMigration({ id: 'm', name: 'M', steps: [{ name: 'a', use: stuck }] }),
    ).run('app');
    expect((await run.compensate()).state).toBe('failed');
  });
});
