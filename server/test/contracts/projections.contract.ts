import { beforeEach, describe, expect, test } from 'vitest';
import { readPullRequest } from '../../src/domain/pr-url.ts';
import {
  aCallback,
  aCandidate,
  aClaim,
  aDefinition,
  anAnnouncement,
  anAttempt,
  anAttemptRef,
  anEvent,
  aProjection,
  aStep,
  aSubmission,
  at,
  aView,
  MIGRATION,
} from './builders.ts';
import type { OpenStore, StoreHarness } from './store-harness.ts';

export function describeProjections(open: OpenStore): void {
  describe('projections', () => {
    let store: StoreHarness['store'];
    let log: StoreHarness['log'];
    beforeEach(async () => {
      ({ store, log } = open());
      await store.announce(anAnnouncement());
      const candidates = [aCandidate('a'), aCandidate('b')];
      await store.submitCandidates(aSubmission(candidates));
      await store.claimRun(aClaim('a', 'r-1'));
    });
    const ref = { migrationId: MIGRATION, candidateId: 'a', runId: 'r-1' };
    const get = () => store.getCandidate(ref);
    const project = (seq: number, rest: Parameters<typeof aProjection>[2] = {}) =>
      store.project(aProjection('a', 'r-1', { seq, ...rest }));

    test('the whole view is written, and what it does not name is gone', async () => {
      const view = aView({
        ...{ step: 'swap', stepIndex: 1, attempt: 2, who: 'operator', reason: 'It failed.' },
        ...{ runState: 'awaiting_retry', pauseRequested: true },
        heldBy: {
          ...{ kind: 'migration', id: 'm', reason: 'Freeze.', since: at(3) },
          by: { kind: 'person', id: 'local' },
        },
      });
      expect(await project(1, { view })).toBe('applied');
      expect(await get()).toMatchObject(view);
      expect(await project(2, { view: aView({ since: at(33) }) })).toBe('applied');
      const bare = await get();
      expect(bare).toMatchObject({ status: 'running', runState: 'in_progress', since: at(33) });
      for (const field of [
        'step',
        'stepIndex',
        'attempt',
        'who',
        'reason',
        'pauseRequested',
        'heldBy',
      ] as const)
        expect(bare?.[field]).toBeUndefined();
      expect(await store.getRun(ref)).toMatchObject({ seq: 2, projectedAt: at(20) });
    });

    test('step 0 and attempt 0 are values', async () => {
      await project(1, { view: aView({ step: 'prepare', stepIndex: 0, attempt: 0 }) });
      expect(await get()).toMatchObject({ stepIndex: 0, attempt: 0 });
    });

    test('a lower seq is stale, an equal one is written again', async () => {
      expect(await project(5, { view: aView({ runState: 'pending' }) })).toBe('applied');
      expect(await project(4, { view: aView({ runState: 'paused' }) })).toBe('stale');
      expect(await get()).toMatchObject({ runState: 'pending' });
      expect(await project(5, { view: aView({ runState: 'dispatching' }) })).toBe('applied');
      expect(await get()).toMatchObject({ runState: 'dispatching' });
      expect(await project(12)).toBe('applied');
      expect(await project(9)).toBe('stale');
    });

    test('nobody but the run that holds the claim writes', async () => {
      expect(await store.project(aProjection('a', 'r-other'))).toBe('not-claimed');
      expect(await store.project(aProjection('b', 'r-1'))).toBe('not-claimed');
      expect(await store.project(aProjection('x', 'r-1'))).toBe('not-claimed');
      expect(await store.project(aProjection('a', 'r-1', { migrationId: 'none' }))).toBe('not-claimed');
      expect(await get()).toMatchObject({ status: 'not_started', runState: 'queued' });
    });

    test('a run that is over writes nothing any more, and neither does one that another followed (trap 1)', async () => {
      await project(1);
      const view = aView({ status: 'not_started', runState: undefined });
      expect(await project(2, { view, ended: { outcome: 'cancelled', reason: 'no' } })).toBe('applied');
      expect(await project(3)).toBe('not-claimed');
      await store.claimRun(aClaim('a', 'r-2'));
      expect(await project(4)).toBe('not-claimed');
      expect(await get()).toMatchObject({ runId: 'r-2', runState: 'queued' });
      expect(await store.getRun(ref)).toMatchObject({ outcome: 'cancelled', reason: 'no', endedAt: at(20) });
    });

    test('counts follow every move', async () => {
      const counts = () => store.countCandidates(MIGRATION);
      expect(await counts()).toMatchObject({ status: { not_started: 2 }, runState: { queued: 1 } });
      await project(1);
      expect(await counts()).toMatchObject({
        status: { not_started: 1, running: 1 },
        runState: { in_progress: 1 },
      });
      const view = aView({ status: 'completed', runState: undefined });
      await project(2, { view, ended: { outcome: 'completed' } });
      expect((await counts()).status).toEqual({ not_started: 1, running: 0, completed: 1 });
      expect((await counts()).runState).toEqual({});
    });

    test('fields of an attempt that are not given keep what is stored', async () => {
      const attempts = [
        anAttempt({ instanceId: 'i-1', deliveries: 1, message: 'first', metadata: { n: [] } }),
      ];
      await project(1, { attempts });
      await project(2, { attempts: [anAttempt({ deliveries: 2 })] });
      const ended = anAttempt({
        endedAt: at(30),
        outcome: 'failed',
        failureClass: 'invalid',
        inputsVersion: 2,
      });
      await project(3, { attempts: [ended] });
      expect(await store.listAttempts(ref)).toEqual([
        { ...ended, instanceId: 'i-1', deliveries: 2, message: 'first', metadata: { n: [] } },
      ]);
    });

    test('attempts are listed by step, phase and number', async () => {
      const order = [
        anAttempt(),
        anAttempt({ attempt: 2 }),
        anAttempt({ attempt: 10 }),
        anAttempt({ phase: 'compensate' }),
        anAttempt({ stepIndex: 2 }),
        anAttempt({ stepIndex: 11 }),
      ];
      await project(1, { attempts: [...order].reverse() });
      expect(await store.listAttempts(ref)).toEqual(order);
    });

    test('a staged report becomes part of its attempt and names the pull request', async () => {
      await project(1, { attempts: [anAttempt()] });
      const report = { message: 'done', metadata: { prUrl: 'https://forge/7' }, outputs: { list: [] } };
      await store.admitCallback(aCallback('a', 'r-1', { ...report, failureClass: 'conflict' }));
      expect((await store.listAttempts(ref))[0]?.message).toBeUndefined();
      expect((await get())?.prUrl).toBeUndefined();
      await project(2, { attempts: [anAttempt({ outcome: 'succeeded', reportEventId: 'e-1' })] });
      expect(await store.listAttempts(ref)).toMatchObject([{ ...report, failureClass: 'conflict' }]);
      expect((await get())?.prUrl).toBe('https://forge/7');
      expect(await store.listAttempts(ref)).not.toMatchObject([{ reportEventId: expect.anything() }]);
    });

    test('a report that was never staged changes nothing, and what the attempt says itself wins', async () => {
      await project(1, { attempts: [anAttempt({ message: 'kept' })] });
      await project(2, { attempts: [anAttempt({ reportEventId: 'e-none' })] });
      expect(await store.listAttempts(ref)).toMatchObject([{ message: 'kept' }]);
      await store.admitCallback(aCallback('a', 'r-1', { message: 'reported' }));
      await project(3, { attempts: [anAttempt({ reportEventId: 'e-1', message: 'own' })] });
      expect(await store.listAttempts(ref)).toMatchObject([{ message: 'own' }]);
    });

    test('a pull request is an http link and nothing else', async () => {
      for (const prUrl of ['javascript:alert(1)', 7, ''])
        await project(1, { attempts: [anAttempt({ metadata: { prUrl } })] });
      expect((await get())?.prUrl).toBeUndefined();
      await project(2, { attempts: [anAttempt({ metadata: { prUrl: 'http://forge/1' } })] });
      await project(3, { attempts: [anAttempt({ metadata: {} })] });
      expect((await get())?.prUrl).toBe('http://forge/1');
    });

    test('its run is found by each pull request that it named', async () => {
      const names = [
        ['https://forge.test/Acme/Billing/pull/42', 'acme/billing#42', 'forge.test'],
        ['http://127.0.0.1:3000/acme/billing/pulls/43/files?a#b', 'acme/billing#43', '127.0.0.1:3000'],
        ['https://gitlab.test/a/b/c/-/merge_requests/7', 'a/b/c#7', 'gitlab.test'],
        ['https://bitbucket.test/a/b/pull-requests/7', 'a/b#7', 'bitbucket.test'],
      ] as const;
      for (const [index, [prUrl]] of names.entries())
        await project(index, { attempts: [anAttempt({ attempt: index + 1, metadata: { prUrl } })] });
      for (const [url, name, host] of names) {
        expect(readPullRequest(url)).toEqual({ name, host });
        expect(await store.findRuns({ kind: 'pull-request', name })).toEqual([ref]);
        expect(await store.findRuns({ kind: 'pull-request', name, host })).toEqual([ref]);
        expect(await store.findRuns({ kind: 'pull-request', name, host: 'other' })).toEqual([]);
      }
      expect(await store.findRuns({ kind: 'pull-request', name: 'acme/billing#4' })).toEqual([]);
    });

    test('a new version of the inputs is the run’s and the candidate’s', async () => {
      await project(1, { inputs: { version: 2, values: { greeting: 'hi', n: 1 } } });
      expect(await get()).toMatchObject({ inputs: { greeting: 'hi', n: 1 } });
      expect(await store.getRun(ref)).toMatchObject({ inputs: { greeting: 'hi', n: 1 }, inputsVersion: 2 });
      expect(await store.listInputs(ref)).toEqual(
        new Map([
          [1, { greeting: 'hello' }],
          [2, { greeting: 'hi', n: 1 }],
        ]),
      );
      expect((await store.listInputs({ ...ref, runId: 'none' })).size).toBe(0);
      await project(2);
      expect(await store.getRun(ref)).toMatchObject({ inputsVersion: 2 });
    });

    test('an event with a key is written once for its run', async () => {
      const event = anEvent({ ...ref, key: 'step:1', type: 'step.dispatched' });
      await project(1, { events: [event] });
      await project(1, { events: [event, anEvent({ ...ref, key: 'step:2', type: 'step.succeeded' })] });
      const page = await log.list({ migrationId: MIGRATION, runId: 'r-1', limit: 10 });
      expect(page).toMatchObject({
        items: [{ type: 'step.succeeded' }, { type: 'step.dispatched' }, { type: 'run.requested' }],
      });
      expect(page.kind === 'page' && page.items[0]).not.toHaveProperty('key');
    });

    test('while a run is open its own steps count, and afterwards those that it had', async () => {
      const steps = [aStep('one'), aStep('two')];
      await store.announce(anAnnouncement({ definition: aDefinition({ steps }), revision: 'rev-2' }));
      expect(await get()).toMatchObject({ stepCount: 3 });
      expect(await store.getCandidate({ ...ref, candidateId: 'b' })).toMatchObject({ stepCount: 2 });
      const view = aView({ status: 'completed', runState: undefined });
      await project(1, { view, ended: { outcome: 'completed' } });
      expect(await get()).toMatchObject({ stepCount: 3 });
    });

    describe('what a dispatch carries', () => {
      test('it is manifest, inputs, and outputs of steps that succeeded', async () => {
        const over = { outcome: 'succeeded', endedAt: at(30) } as const;
        await project(1, {
          attempts: [
            anAttempt({ outcome: 'failed', outputs: { lost: true } }),
            anAttempt({ attempt: 2, ...over, outputs: { chart: 'x', empty: [] } }),
            anAttempt({ stepIndex: 1, outcome: 'skipped', outputs: { skipped: 1 } }),
            anAttempt({ stepIndex: 2, inputsVersion: 3, outputs: { unfinished: true } }),
          ],
          inputs: { version: 3, values: { n: 1 } },
        });
        expect(await store.loadDispatch(anAttemptRef('a', 'r-1', { stepIndex: 2 }))).toEqual({
          ...{ manifest: aClaim('a', 'r-1').manifest, inputs: { n: 1 }, inputsVersion: 3 },
          outputs: { prepare: { chart: 'x', empty: [] }, swap: { skipped: 1 } },
        });
      });

      test('a redelivery carries the inputs of its attempt, the next attempt the newest', async () => {
        await project(1, { attempts: [anAttempt()] });
        const first = await store.loadDispatch(anAttemptRef('a', 'r-1'));
        await project(2, { inputs: { version: 2, values: { n: 2 } } });
        await project(3, { inputs: { version: 3, values: { n: 3 } } });
        expect(await store.loadDispatch(anAttemptRef('a', 'r-1'))).toEqual(first);
        expect(first).toMatchObject({ inputs: { greeting: 'hello' }, inputsVersion: 1 });
        await project(4, { attempts: [anAttempt({ attempt: 2, inputsVersion: 3 })] });
        expect(await store.loadDispatch(anAttemptRef('a', 'r-1', { attempt: 2 }))).toMatchObject({
          ...{ inputs: { n: 3 }, inputsVersion: 3 },
        });
      });

      test('it names the attempt before', async () => {
        const failed = anAttempt({
          stepIndex: 1,
          outcome: 'failed',
          message: 'no',
          failureClass: 'conflict',
        });
        await project(1, { attempts: [failed, anAttempt({ stepIndex: 1, attempt: 2 })] });
        const second = await store.loadDispatch(anAttemptRef('a', 'r-1', { stepIndex: 1, attempt: 2 }));
        expect(second?.previousAttempt).toEqual(failed);
        const undo = await store.loadDispatch(
          anAttemptRef('a', 'r-1', { stepIndex: 1, phase: 'compensate' }),
        );
        expect(undo?.previousAttempt).toBeUndefined();
      });

      test('a retry that is not over hides the outputs of the success before it', async () => {
        await project(1, { attempts: [anAttempt({ outcome: 'succeeded', outputs: { old: 1 } })] });
        await project(2, { attempts: [anAttempt({ attempt: 2 })] });
        expect((await store.loadDispatch(anAttemptRef('a', 'r-1')))?.outputs).toEqual({});
      });

      test('it comes with the write that precedes it', async () => {
        const over = anAttempt({ outcome: 'succeeded', endedAt: at(30), outputs: { chart: 'x' } });
        const next = anAttemptRef('a', 'r-1', { stepIndex: 1 });
        const write = aProjection('a', 'r-1', { seq: 2, attempts: [over, anAttempt({ stepIndex: 1 })] });
        const both = await store.projectAndLoad(write, next);
        expect(both).toEqual({ projected: 'applied', material: await store.loadDispatch(next) });
        expect(both).toMatchObject({ material: { outputs: { prepare: { chart: 'x' } } } });
        expect(await store.getRun(ref)).toMatchObject({ seq: 2 });
        expect(await store.projectAndLoad({ ...write, seq: 1 }, next)).toEqual({ projected: 'stale' });
        for (const runId of ['r-2', 'r-none'])
          expect(await store.projectAndLoad({ ...write, runId }, { ...next, runId })).toEqual({
            projected: 'not-claimed',
          });
      });

      describe('counts who may have the attempt', () => {
        const attempt = anAttemptRef('a', 'r-1');
        const opening = { attempts: [anAttempt({ dials: 0 })] };
        const dialsOf = async () => (await store.loadDispatch(attempt))?.dials;

        test('from before a dial until it is taken back', async () => {
          const write = aProjection('a', 'r-1', { seq: 1, ...opening });
          expect(await store.projectAndLoad(write, attempt, {})).toMatchObject({ material: { dials: 1 } });
          expect(await store.loadDispatch(attempt, {})).toMatchObject({ dials: 2 });
          expect(await dialsOf()).toBe(2);
          expect(await store.takeBackDial(attempt)).toBe(false);
          expect(await store.takeBackDial(attempt)).toBe(true);
          expect(await dialsOf()).toBe(0);
          expect(await store.takeBackDial(attempt)).toBe(false);
          expect((await store.listAttempts(ref))[0]).toMatchObject({ dials: 0 });
        });

        test('and is not begun again by a write that is repeated', async () => {
          await project(1, opening);
          await store.loadDispatch(attempt, {});
          const again = aProjection('a', 'r-1', { seq: 1, ...opening });
          expect(await store.projectAndLoad(again, attempt)).toMatchObject({ material: { dials: 1 } });
          await project(2, { attempts: [anAttempt({ outcome: 'cancelled' })] });
          expect(await dialsOf()).toBe(1);
        });

        test('not where it is not known who was dialled before', async () => {
          await project(1, { attempts: [anAttempt()] });
          expect(await store.loadDispatch(attempt, {})).not.toHaveProperty('dials');
          await project(2, opening);
          expect(await dialsOf()).toBeUndefined();
          expect(await store.takeBackDial(attempt)).toBe(false);
          expect(await store.takeBackDial(anAttemptRef('a', 'r-none'))).toBe(false);
        });
      });

      test('it is nothing for a run that never was', async () => {
        expect(await store.loadDispatch(anAttemptRef('a', 'r-none'))).toBeUndefined();
        expect(await store.loadDispatch(anAttemptRef('b', 'r-1'))).toBeUndefined();
      });
    });
  });
}
