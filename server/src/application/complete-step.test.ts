import { beforeEach, describe, expect, test } from 'vitest';
import { CANDIDATE, createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { MIGRATION } from '../../test/contracts/builders.ts';
import type { Run } from '../domain/run.ts';
import { applyReport } from '../domain/run-reports.ts';
import { type CompleteStepCommand, completeStep } from './complete-step.ts';
import type { Admission, StepReport } from './ports/callbacks.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';

let world: World;
let ref: RunRef;
let run: Run;

async function open(wrap?: (store: MigrationStore) => MigrationStore): Promise<void> {
  world = createWorld(wrap);
  await world.announce();
  ref = await world.start();
  run = await world.write(await world.begin(ref));
}
beforeEach(() => open());

type Change = Omit<Partial<CompleteStepCommand>, 'report'> & { readonly report?: Partial<StepReport> };

function callback({ report, ...change }: Change = {}) {
  const attempt = { runId: ref.runId, stepName: 'prepare', phase: 'execute', attempt: 1, ...change } as const;
  return completeStep(world)({
    workflowId: `${MIGRATION}__${CANDIDATE}`,
    candidateId: CANDIDATE,
    token: world.tokens.sign(attempt),
    operations: [],
    ...attempt,
    ...change,
    report: { eventId: 'e-1', status: 'succeeded', ...report },
  });
}

describe('a callback', () => {
  test('is staged, told to the run without its payload, and then known', async () => {
    const outputs = { chart: 'x'.repeat(1_000) };

    expect(await callback({ report: { outputs, message: 'Done.' } })).toEqual({
      ok: true,
      value: 'accepted',
    });
    expect(world.engine.told).toEqual([
      {
        kind: 'report',
        report: {
          ...{ runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 },
          ...{ eventId: 'e-1', status: 'succeeded', reason: 'Done.', hasOutputs: true },
        },
      },
    ]);
    const reported = applyReport(
      run,
      { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1, eventId: 'e-1', status: 'succeeded' },
      world.now(),
    );
    await world.write(reported);
    expect((await world.store.listAttempts(ref))[0]).toMatchObject({
      outcome: 'succeeded',
      outputs,
      message: 'Done.',
    });
  });

  test('that is repeated is a duplicate and told once, under its event or with the same content', async () => {
    await callback();

    expect(await callback()).toEqual({ ok: true, value: 'duplicate' });
    expect(await callback({ report: { eventId: 'e-2' } })).toEqual({ ok: true, value: 'duplicate' });
    expect(world.engine.told).toHaveLength(1);
  });

  test('is told again when the server died before it was confirmed', async () => {
    await open((store) => ({ ...store, confirmCallback: () => Promise.reject(new Error('died')) }));
    await expect(callback()).rejects.toThrow('died');
    await expect(callback()).rejects.toThrow('died');

    expect(world.engine.told).toHaveLength(2);
  });

  test('carries operations, each of which becomes one event of its attempt', async () => {
    const operations = [
      { id: 'o-1', at: '2026-01-01T00:00:05.000Z', kind: 'push', repo: 'org/web' },
      { id: 'o-2', kind: 'open-pull-request' },
    ];
    await callback({ operations });
    await callback({ operations });
    const page = await world.events.list({ type: 'operation', limit: 9 });

    expect(page).toMatchObject({
      items: [
        {
          at: world.now().iso,
          stepName: 'prepare',
          data: { id: 'o-2' },
          actor: { kind: 'worker', id: 'charts' },
        },
        { at: '2026-01-01T00:00:05.000Z', phase: 'execute', attempt: 1, data: { kind: 'push' } },
      ],
    });
  });
});

describe('a callback that is handed over to who dials its attempt', () => {
  const dial = () =>
    world.store.loadDispatch(
      { ...ref, stepIndex: 0, phase: 'execute', attempt: 1 },
      { listener: 'somebody' },
    );
  const takeOver = async () => {
    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    await world.write(applyReport(run, { ...fence, eventId: 'e-1', status: 'succeeded' }, world.now()));
  };
  /** The server takes a callback in and dies; gives what makes it live again. */
  const dieBeforeConfirming = async () => {
    let isDead = true;
    await open((store) => ({
      ...store,
      confirmHandedOver: (...confirmed) =>
        isDead ? Promise.reject(new Error('died')) : store.confirmHandedOver(...confirmed),
    }));
    await dial();
    await expect(callback()).rejects.toThrow('died');
    return () => {
      isDead = false;
    };
  };

  test('is accepted once the run has taken it over, and the run is told nothing else', async () => {
    await open((store) => ({
      ...store,
      confirmHandedOver: async (...confirmed) => {
        const isFirst = !(await store.confirmHandedOver(...confirmed));
        if (isFirst) await takeOver();
        return !isFirst;
      },
    }));
    await dial();

    expect(await callback({ operations: [{ id: 'o-1', kind: 'push' }] })).toEqual({
      ok: true,
      value: 'accepted',
    });
    expect(world.engine.told).toEqual([]);
    expect(await world.eventTypes()).toContain('operation');
    expect(await callback()).toEqual({ ok: true, value: 'duplicate' });
  });

  test('is told to the run when nobody takes it over', async () => {
    await dial();

    expect(await callback()).toEqual({ ok: true, value: 'accepted' });
    expect(world.engine.told).toMatchObject([{ kind: 'report', report: { eventId: 'e-1' } }]);
    expect(await callback()).toEqual({ ok: true, value: 'duplicate' });
  });

  test('and was not taken over when the server died is told when the worker repeats it', async () => {
    const revive = await dieBeforeConfirming();
    revive();

    expect(await callback()).toEqual({ ok: true, value: 'accepted' });
    expect(world.engine.told).toHaveLength(1);
  });

  test('and was taken over when the server died is accepted when the worker repeats it', async () => {
    const revive = await dieBeforeConfirming();
    await takeOver();
    revive();

    expect(await callback({ operations: [{ id: 'o-1', kind: 'push' }] })).toEqual({
      ok: true,
      value: 'accepted',
    });
    expect(world.engine.told).toEqual([]);
    expect(await world.eventTypes()).toContain('operation');
    expect(await callback()).toEqual({ ok: true, value: 'duplicate' });
  });
});

describe('a callback is refused', () => {
  test.each([
    ['a workflow ID that names nothing', { workflowId: 'charts' }, 'not-found'],
    ['a candidate that is not the one of its path', { candidateId: 'org/api' }, 'invalid-request'],
    ['no token', { token: undefined }, 'unauthorized'],
    ['the token of another attempt', { token: 'bm90IHRoaXM' }, 'unauthorized'],
    ['a run that never was', { runId: 'no-run' }, 'not-found'],
    [
      'a forged token, whatever else is wrong',
      { token: 'bm90IHRoaXM', candidateId: 'org/api', report: { outputs: { diff: 'x'.repeat(64 * 1024) } } },
      'unauthorized',
    ],
    ['a forged token for a step that the run has not', { token: 'bm90', stepName: 'none' }, 'unauthorized'],
    ['a step that the run has not', { stepName: 'unheard-of' }, 'step-not-dispatched'],
    ['a step that is still to come (trap 4)', { stepName: 'swap' }, 'step-not-dispatched'],
    ['an attempt that is still to come', { attempt: 2 }, 'step-not-dispatched'],
    [
      'outputs that are too large',
      { report: { outputs: { diff: 'x'.repeat(64 * 1024) } } },
      'invalid-request',
    ],
  ] as const)('with %s', async (_, change: Change, word) => {
    expect(wordOf(await callback(change))).toBe(word);
    expect(world.engine.told).toEqual([]);
  });

  test('with bytes counted, not characters', async () => {
    expect(wordOf(await callback({ report: { outputs: { text: 'é'.repeat(33_000) } } }))).toBe(
      'invalid-request',
    );
    expect(wordOf(await callback({ report: { outputs: { text: 'e'.repeat(33_000) } } }))).toBe('ok');
  });

  test('once its attempt has ended, and says so', async () => {
    const fence = { runId: ref.runId, stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    await world.write(applyReport(run, { ...fence, eventId: 'x', status: 'failed' }, world.now()));

    expect(await callback({ report: { message: 'Late.' } })).toMatchObject({
      problem: { word: 'run-over', detail: 'Attempt 1 of this step has ended: failed.' },
    });
  });

  test('for a pending update less than five seconds after another one', async () => {
    await callback({ report: { status: 'pending', message: 'One.' } });

    expect(await callback({ report: { eventId: 'e-2', status: 'pending', message: 'Two.' } })).toMatchObject({
      problem: { word: 'too-many-updates', retryAfterSeconds: 5 },
    });
    world.clock.advance(5_000);
    expect(wordOf(await callback({ report: { eventId: 'e-2', status: 'pending', message: 'Two.' } }))).toBe(
      'ok',
    );
  });

  test('while the engine is away, and is taken when the worker repeats it', async () => {
    world.engine.isAway = true;

    expect(await callback()).toMatchObject({ problem: { word: 'unavailable', retryAfterSeconds: 5 } });
    world.engine.isAway = false;
    expect(await callback()).toEqual({ ok: true, value: 'accepted' });
  });

  test('when the engine has no such run any more, so that the worker stops', async () => {
    world.engine.forget(REF);

    expect(await callback()).toMatchObject({
      problem: { word: 'run-over', detail: expect.stringContaining('stop') },
    });
  });

  test.each([
    [{ kind: 'unknown-run' }, 'not-found', 'There never was such a run.'],
    [{ kind: 'over', why: '' }, 'run-over', 'This run is over'],
  ] as const)('as the store says: %j', async (admission: Admission, word, detail) => {
    await open((store) => ({ ...store, admitCallback: async () => admission }));

    expect(await callback()).toMatchObject({ problem: { word, detail: expect.stringContaining(detail) } });
  });
});
