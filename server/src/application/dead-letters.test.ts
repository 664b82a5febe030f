import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CANDIDATE, createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep, MIGRATION } from '../../test/contracts/builders.ts';
import { workflowIdOf } from '../domain/candidate.ts';
import { completeStep } from './complete-step.ts';
import { dropDeadLetter, getDeadLetter, listDeadLetters, requeueDeadLetter } from './dead-letters.ts';
import type { StepReport } from './ports/callbacks.ts';
import { redeliverAbandoned } from './tend-workers.ts';

let world: World;
let runId: string;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one'), aStep('two')] });
  runId = (await world.start()).runId;
});

const callBack = (stepName: string, report: Partial<StepReport> = {}, token?: string) => {
  const attempt = { runId, stepName, phase: 'execute', attempt: 1 } as const;
  return completeStep(world)({
    ...attempt,
    workflowId: workflowIdOf(MIGRATION, CANDIDATE),
    candidateId: CANDIDATE,
    token: token ?? world.tokens.sign(attempt),
    report: { eventId: 'e-1', status: 'succeeded', outputs: { branch: 'main' }, ...report },
    operations: [{ id: 'o-1', kind: 'git.push' }],
  });
};
const letters = async () => {
  const listed = await listDeadLetters(world)({ limit: 10 });
  return listed.ok ? listed.value.items : [];
};
const command = (id: string) => ({ id, actor: ANN, commandId: 'c-1' });

describe('a callback that no run can take', () => {
  test('is kept with its body, once, and says why', async () => {
    expect(wordOf(await callBack('two'))).toBe('step-not-dispatched');
    expect(wordOf(await callBack('two'))).toBe('step-not-dispatched');
    const [letter, ...others] = await letters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      kind: 'callback',
      stepName: 'two',
      why: 'Attempt 1 of step "two" was not dispatched.',
      body: { report: { outputs: { branch: 'main' } }, operations: [{ id: 'o-1' }] },
    });
    expect(await getDeadLetter(world)(letter?.id ?? '')).toEqual({ ok: true, value: letter });
  });

  test('is not kept when its token is forged, or when it is to be sent again', async () => {
    expect(wordOf(await callBack('one', {}, 'forged'))).toBe('unauthorized');
    await world.write(await world.begin({ ...REF, runId }));
    world.engine.isAway = true;
    expect(wordOf(await callBack('one'))).toBe('unavailable');
    expect(await letters()).toEqual([]);
  });

  test('is told of once when two requeue it at once', async () => {
    await callBack('one');
    const id = (await letters())[0]?.id ?? '';
    await world.write(await world.begin({ ...REF, runId }));
    const both = await Promise.all([1, 2].map(() => requeueDeadLetter(world)(command(id))));

    expect(both.map(wordOf)).toEqual(['ok', 'ok']);
    const types = await world.eventTypes();
    expect(types.filter((type) => type === 'dead_letter.requeued')).toHaveLength(1);
  });

  test('is refused to a second one who has waited in vain for the first', async () => {
    await callBack('one');
    const id = (await letters())[0]?.id ?? '';
    await world.deadLetters.claim(id, 'somebody', 60_000);
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const second = requeueDeadLetter(world)(command(id));
    await vi.runAllTimersAsync();
    vi.useRealTimers();

    expect(await second).toMatchObject({
      ok: false,
      problem: { word: 'unavailable', detail: 'Somebody else is requeueing it; look again.' },
    });
    await world.deadLetters.giveBack(id, 'somebody');
    expect(wordOf(await requeueDeadLetter(world)(command(id)))).toBe('step-not-dispatched');
  });

  test('stays when it cannot be used yet, and is used once it can', async () => {
    await callBack('one');
    const id = (await letters())[0]?.id ?? '';
    expect(wordOf(await requeueDeadLetter(world)(command(id)))).toBe('step-not-dispatched');
    expect(await letters()).toHaveLength(1);

    await world.write(await world.begin({ ...REF, runId }));
    expect(await requeueDeadLetter(world)(command(id))).toEqual({ ok: true, value: { runId } });
    expect(world.engine.told.at(-1)).toMatchObject({ kind: 'report', report: { status: 'succeeded' } });
    expect(await letters()).toEqual([]);
    expect(await world.eventTypes()).toContain('dead_letter.requeued');
    expect(wordOf(await requeueDeadLetter(world)(command(id)))).toBe('not-found');
  });

  test('is forgotten when it is dropped, and that is written down', async () => {
    await callBack('two');
    const id = (await letters())[0]?.id ?? '';
    expect(wordOf(await dropDeadLetter(world)(command(id)))).toBe('ok');
    expect(wordOf(await dropDeadLetter(world)(command(id)))).toBe('not-found');
    expect(await world.eventTypes()).toContain('dead_letter.dropped');
  });
});

describe('a step that too many instances took and none ended', () => {
  const abandon = async (deliveries: number, everyMs = 30_000) => {
    const run = await world.write(await world.begin({ ...REF, runId }));
    const attempt = { stepIndex: 0, phase: 'execute', attempt: 1 } as const;
    const open = { ...attempt, startedAt: world.now().iso, inputsVersion: 1, deliveries, instanceId: 'one' };
    await world.write({ ...run, outbox: { ...run.outbox, dirty: true, attempts: [open] } });
    const accepted = { ...REF, runId, ...attempt, workerApp: 'charts', instanceId: 'one' };
    for (let times = 0; times < deliveries; times += 1) {
      if (times > 0) world.clock.advance(everyMs);
      await world.directory.accept(
        { ...accepted, idempotencyKey: `${runId}:one:execute:1` },
        'http://worker.test',
      );
    }
    return redeliverAbandoned(world)(10, 30);
  };

  test('is given to another until then', async () => {
    expect(await abandon(2)).toBe(1);
    expect(world.engine.told.map(({ kind }) => kind)).toEqual(['redeliver']);
    expect(await letters()).toEqual([]);
  });

  test('is given to another however often its worker was deployed while it was open', async () => {
    expect(await abandon(12, 24 * 3_600_000)).toBe(1);
    expect(world.engine.told.map(({ kind }) => kind)).toEqual(['redeliver']);
  });

  test('fails with a sentence, is kept, and is retried when it is requeued', async () => {
    await abandon(3);
    expect(world.engine.told).toMatchObject([
      { kind: 'report', report: { status: 'failed', failureClass: 'fatal', retryable: false } },
    ]);
    const [letter] = await letters();
    expect(letter).toMatchObject({ kind: 'step', stepName: 'one' });
    expect(letter?.body).toBeUndefined();
    expect(letter?.why).toBe(
      'Given up: charts took the step 3 times, and each time the instance that had it died or forgot it.',
    );
    expect(wordOf(await requeueDeadLetter(world)(command(letter?.id ?? '')))).toBe('ok');
    expect(world.engine.told.at(-1)).toMatchObject({ command: { kind: 'retry', stepName: 'one' } });
  });

  test('is kept before its run is told, so that a crash in between loses no dead letter', async () => {
    const told = world.engine.reportStep;
    world.engine.reportStep = async (run, report) => {
      expect(await letters()).toMatchObject([{ kind: 'step' }]);
      return told(run, report);
    };
    await abandon(3);
    expect(world.engine.told.map(({ kind }) => kind)).toEqual(['report']);
  });

  test('is not kept where its run could not be told, and is given up later', async () => {
    world.engine.isAway = true;
    await abandon(3);
    expect(await letters()).toEqual([]);
    world.engine.isAway = false;
    world.clock.advance(31_000);
    await redeliverAbandoned(world)(10, 30);
    expect(await letters()).toMatchObject([{ kind: 'step' }]);
  });
});

test('what there is not cannot be read, and a cursor holds for its own filter', async () => {
  for (const stepName of ['one', 'two']) await callBack(stepName);
  expect(wordOf(await getDeadLetter(world)('none'))).toBe('not-found');
  const first = await listDeadLetters(world)({ limit: 1 });
  const cursor = first.ok ? first.value.nextCursor : undefined;
  expect(wordOf(await listDeadLetters(world)({ limit: 1, cursor }))).toBe('ok');
  expect(wordOf(await listDeadLetters(world)({ limit: 1, kind: 'step', cursor }))).toBe('cursor-mismatch');
});

test('a step that was given up in a run before is not retried in the one of now', async () => {
  const letter = { ...REF, runId: 'r-before', stepIndex: 0, phase: 'execute', attempt: 1 } as const;
  await world.deadLetters.add({
    ...{ ...letter, id: 'l-1', at: world.now().iso, kind: 'step', stepName: 'one', why: 'Given up.' },
  });
  expect(wordOf(await requeueDeadLetter(world)(command('l-1')))).toBe('run-over');
  const body = { report: { eventId: 'e', status: 'succeeded' }, operations: [] } as const;
  const at = world.now().iso;
  await world.deadLetters.add({
    ...letter,
    body,
    id: 'l-2',
    at,
    kind: 'callback',
    stepName: 'one',
    why: 'Late.',
  });
  expect(wordOf(await requeueDeadLetter(world)(command('l-2')))).toBe('not-found');
});
