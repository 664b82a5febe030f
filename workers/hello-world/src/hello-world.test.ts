import { testMigration } from '@loom/worker-sdk/testing';
import { describe, expect, it } from 'vitest';
import { helloWorld } from './hello-world.ts';

describe('the migration hello-world', () => {
  const migration = testMigration(helloWorld);

  it('finds a handful of names with their teams', async () => {
    const candidates = await migration.discover();
    expect(candidates.map(({ id, labels }) => [id, labels?.['team']])).toEqual([
      ['ada', 'analysis'],
      ['alan', 'analysis'],
      ['barbara', 'languages'],
      ['edsger', 'languages'],
      ['grace', 'languages'],
      ['margaret', 'flight'],
    ]);
  });

  it('greets, waits for a person, and signs', async () => {
    const run = await migration.run('ada');
    expect([run.state, run.stepName]).toEqual(['awaiting_approval', 'check']);
    await run.approve();
    expect(run.state).toBe('completed');
    expect(run.outputs).toEqual({
      greet: { greeting: 'Hello, ada!' },
      sign: { letter: 'Hello, ada!\nLoom' },
    });
  });

  it('greets as it is told', async () => {
    const run = await migration.run('grace', { greeting: 'Welcome' });
    expect(run.outputs['greet']).toEqual({ greeting: 'Welcome, grace!' });
  });

  it('takes its signature away', async () => {
    const run = await migration.run('ada');
    await run.approve();
    await run.compensate();
    expect(run.state).toBe('compensated');
    expect(run.attempts.at(-1)?.result.message).toBe('Took away the signature of Loom.');
  });

  it('says in a preview what it would do', async () => {
    expect((await migration.preview('ada', { greeting: 'Hi' })).steps).toEqual([
      { name: 'greet', message: 'Hi, ada!' },
      { name: 'check', message: 'A person decides.' },
      { name: 'sign', message: 'Signed by Loom.' },
    ]);
  });
});
