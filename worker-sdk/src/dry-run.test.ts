import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { announceStep } from './announced-step.ts';
import { defineMigration, type Migration } from './define-migration.ts';
import { defineStep } from './define-step.ts';
import { review } from './migration-step.ts';
import { failed, pending, succeeded } from './outcomes.ts';
import type { StepContext, StepOutcome } from './step-context.ts';
import { checkByContract } from './test-support/contract.ts';
import { post, startTestWorker } from './test-support/start-test-worker.ts';
import { until } from './test-support/until.ts';

const candidate = { id: 'app', kind: 'repository', labels: {}, metadata: {}, files: [] };

function stepsOf(migration: Migration) {
  return migration.steps.map((step) => announceStep(step, 'greeter'));
}

function migrationOf(runs: Record<string, (context: StepContext) => Promise<StepOutcome>>) {
  const steps = Object.entries(runs).map(([name, run]) => ({
    name,
    use: defineStep({ type: name, run }),
  }));
  return defineMigration({ id: 'hello', name: 'Hello', steps });
}

interface Previewed {
  readonly name: string;
  readonly message?: string;
  readonly error?: string;
  readonly skipped?: boolean;
  readonly changes?: readonly { readonly before?: string; readonly after?: string; readonly note?: string }[];
}

async function preview(url: string, migration: Migration, parts: object = {}): Promise<readonly Previewed[]> {
  const body = { migrationId: 'hello', candidate, steps: stepsOf(migration), inputs: {}, ...parts };
  const answer = await post(`${url}/dry-run`, body);
  expect(answer.status).toBe(200);
  expect(checkByContract('DryRunResult', answer.body)).toEqual([]);
  return (answer.body as { steps: readonly Previewed[] }).steps;
}

describe('a dry run', () => {
  it('runs the same handlers in order, each seeing what those before it gave', async () => {
    const migration = migrationOf({
      one: async ({ preview: recorder }) => {
        recorder?.session.set('seen', 'by one');
        recorder?.recordChange({
          repo: 'r',
          baseCommit: 'abc',
          path: 'a.txt',
          status: 'modified',
          before: 'a\n',
          after: 'b\n',
        });
        return pending('Would wait for the merge.', { pull: 1 });
      },
      two: async ({ preview: recorder }) =>
        succeeded({ message: `Two, ${String(recorder?.session.get('seen'))}.`, outputs: { x: 1 } }),
      three: async ({ outputs }) => succeeded({ message: JSON.stringify(outputs) }),
    });
    const { worker, server } = await startTestWorker({ migrations: [migration] });
    expect(await preview(worker.url, migration)).toEqual([
      {
        name: 'one',
        message: 'Would wait for the merge.',
        changes: [
          { repo: 'r', baseCommit: 'abc', path: 'a.txt', status: 'modified', before: 'a\n', after: 'b\n' },
        ],
      },
      { name: 'two', message: 'Two, by one.' },
      { name: 'three', message: '{"two":{"x":1}}' },
    ]);
    expect(server.callbacks).toEqual([]);
  });

  it('reports the step that fails and goes on; says what it leaves to people, to others and to conditions', async () => {
    const migration = migrationOf({
      one: async () => {
        throw new Error('clone of https://me:secret@forge.test/a failed');
      },
      two: async () => failed('No.'),
      three: async () => succeeded({ message: 'Three.' }),
    });
    const { worker } = await startTestWorker({ migrations: [migration] });
    const steps = [
      ...stepsOf(migration).slice(0, 2),
      announceStep(review({ name: 'check' }), 'greeter'),
      { ...stepsOf(migration)[2], when: 'inputs.x' },
      { name: 'far', workerApp: 'other', kind: 'dispatch', type: 'far' },
      { name: 'odd', workerApp: 'greeter', kind: 'dispatch', type: 'odd' },
    ];
    expect(await preview(worker.url, migration, { steps })).toEqual([
      { name: 'one', error: 'clone of https://***@forge.test/a failed' },
      { name: 'two', error: 'No.' },
      { name: 'check', message: 'A person decides.' },
      { name: 'three', message: 'Three. Only when inputs.x' },
      { name: 'far', skipped: true, message: 'The worker other runs this step.' },
      { name: 'odd', error: 'This worker has no step type "odd" in the migration "hello".' },
    ]);
  });

  it('leaves contents out that are binary or too large, and says so', async () => {
    const migration = migrationOf({
      one: async ({ preview: recorder }) => {
        recorder?.recordChange({ repo: 'r', path: 'bin', status: 'new', after: 'a\u0000b' });
        recorder?.recordChange({ repo: 'r', path: 'large', status: 'new', after: 'x'.repeat(1_100_000) });
        for (let index = 0; index < 40; index += 1) {
          recorder?.recordChange({
            repo: 'r',
            path: `f${index}`,
            status: 'new',
            after: 'x'.repeat(1_000_000),
          });
        }
        return succeeded();
      },
    });
    const { worker } = await startTestWorker({ migrations: [migration] });
    const [one] = await preview(worker.url, migration);
    expect(one?.changes?.[0]).toEqual({ repo: 'r', path: 'bin', status: 'new', note: 'The file is binary.' });
    expect(one?.changes?.[1]?.note).toBe('The file takes 1.0 MB; up to 1 MB is shown.');
    expect(one?.changes).toHaveLength(42);
    expect(one?.changes?.filter(({ after }) => after !== undefined)).toHaveLength(32);
    expect(one?.changes?.at(-1)?.note).toBe('The preview is over 32 MB; the contents are left out.');
    expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(32 * 1_024 * 1_024);
  });

  it('counts changes that do not fit even without contents', async () => {
    const migration = migrationOf({
      one: async ({ preview: recorder }) => {
        const path = 'p'.repeat(4_000);
        for (let index = 0; index < 9_000; index += 1) {
          recorder?.recordChange({ repo: 'r', path: `${path}${index}`, status: 'deleted' });
        }
        return succeeded();
      },
    });
    const { worker } = await startTestWorker({ migrations: [migration] });
    const [one] = await preview(worker.url, migration);
    expect(one?.error).toMatch(/^\d+ changed files are left out: a preview takes 32 MB\.$/);
  });

  it('checks the inputs by the migration, and needs none for no steps', async () => {
    const migration = defineMigration({
      id: 'hello',
      name: 'Hello',
      inputs: z.object({ to: z.string() }),
      steps: [review({ name: 'check' })],
    });
    const { worker } = await startTestWorker({ migrations: [migration] });
    const body = { migrationId: 'hello', candidate, steps: stepsOf(migration), inputs: {} };
    expect(await post(`${worker.url}/dry-run`, body)).toMatchObject({
      status: 422,
      body: { errors: [expect.stringMatching(/^inputs\.to: /)] },
    });
    expect(await preview(worker.url, migration, { steps: [] })).toEqual([]);
  });

  it('ends at its time, with what it has', async () => {
    const migration = migrationOf({
      one: async () => succeeded({ message: 'One.' }),
      two: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      three: async () => succeeded(),
    });
    const { worker } = await startTestWorker({ migrations: [migration], dryRunMs: 1_000 });
    expect(await preview(worker.url, migration)).toEqual([
      { name: 'one', message: 'One.' },
      { name: 'two', error: 'The preview was ended before the step was.' },
      { name: 'three', skipped: true, message: 'The preview was ended before this step.' },
    ]);
  });

  it('runs two at once, lets twenty wait, and ends those that nobody waits for any more', async () => {
    let running = 0;
    let most = 0;
    const aborted: unknown[] = [];
    const migration = migrationOf({
      one: async ({ signal }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted.push(signal.reason);
        running -= 1;
        return succeeded();
      },
    });
    const { worker } = await startTestWorker({ migrations: [migration] });
    const body = JSON.stringify({ migrationId: 'hello', candidate, steps: stepsOf(migration), inputs: {} });
    const leaving = new AbortController();
    const ask = () =>
      fetch(`${worker.url}/dry-run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: leaving.signal,
      }).catch((error: unknown) => error);
    const asked = Array.from({ length: 22 }, ask);
    await until(() => expect(running).toBe(2));
    await until(async () => {
      asked.push(ask());
      const turnedAway = await Promise.race(asked);
      expect(turnedAway).toMatchObject({ status: 429 });
    });
    leaving.abort();
    await Promise.all(asked);
    await until(() => expect(running).toBe(0));
    expect(most).toBe(2);
  });
});
