import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import { sendTestCallback } from './send-test-callback.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce({ steps: [aStep('one'), aStep('two')] });
});
const send = (more: object = {}) =>
  sendTestCallback(world)({
    ...{ ...REF, stepName: 'one', actor: ANN, commandId: 'c-1' },
    report: { status: 'succeeded', message: 'Done.', outputs: { a: 1 } },
    ...more,
  });

describe('a test callback', () => {
  test('is taken for the open attempt as the one of its worker would be', async () => {
    const { runId } = await world.start();
    await world.write(await world.begin({ ...REF, runId }));
    expect(await send()).toEqual({
      ok: true,
      value: { runId, result: 'accepted', deliveryId: 'recorded-1' },
    });
    expect(world.engine.told.at(-1)).toMatchObject({ kind: 'report', report: { status: 'succeeded' } });
    expect(world.recorded).toMatchObject([
      { direction: 'in', operation: 'callback', outcome: 'accepted', runId, stepName: 'one', attempt: 1 },
    ]);
    expect(await world.eventTypes()).toContain('callback.tested');
    expect(await send()).toMatchObject({ ok: true, value: { result: 'duplicate' } });
  });

  test('is kept as a delivery also when it is refused', async () => {
    const { runId } = await world.start();
    await world.write(await world.begin({ ...REF, runId }));
    await send({ report: { status: 'pending', message: 'one' } });
    expect(wordOf(await send({ report: { status: 'pending', message: 'two' }, commandId: 'c-2' }))).toBe(
      'too-many-updates',
    );
    expect(world.recorded.at(-1)).toMatchObject({ outcome: 'refused', problem: 'too-many-updates' });
  });

  test('needs a run, an open attempt, and a server that allows it', async () => {
    expect(wordOf(await send())).toBe('not-running');
    const { runId } = await world.start();
    expect(wordOf(await send())).toBe('step-not-dispatched');
    await world.write(await world.begin({ ...REF, runId }));
    expect(wordOf(await send({ stepName: 'two' }))).toBe('step-not-dispatched');
    expect(wordOf(await send({ candidateId: 'nobody' }))).toBe('not-found');
    const off = { ...world, limits: { ...world.limits, testCallbacks: false } };
    const command = {
      ...REF,
      stepName: 'one',
      actor: ANN,
      commandId: 'c-1',
      report: { status: 'merged' },
    } as const;
    expect(wordOf(await sendTestCallback(off)(command))).toBe('test-callbacks-off');
  });
});
