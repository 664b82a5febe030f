import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World, wordOf } from '../../test/builders/application-world.ts';
import { ANN } from '../../test/builders/build-run.ts';
import { aStep } from '../../test/contracts/builders.ts';
import type { Run } from '../domain/run.ts';
import { applyCancel } from '../domain/run-commands.ts';
import { applyDialled, applyReport } from '../domain/run-reports.ts';
import { applyDecision } from '../domain/run-review.ts';
import { previewCancel } from './preview-cancel.ts';

const steps = [
  aStep('open', { compensable: true, group: 'dev' }),
  aStep('kept'),
  aStep('check', { kind: 'review' }),
  aStep('swap', { compensable: true }),
];

let world: World;
beforeEach(() => {
  world = createWorld();
});

const namesOf = (effects: readonly { readonly step: { readonly name: string } }[]) =>
  effects.map(({ step }) => step.name);

/** A run whose first two steps are done and which now waits for a review. */
async function reachReview(): Promise<Run> {
  await world.announce({ steps });
  let run = await world.begin(await world.start());
  for (const [index, status] of (['merged', 'succeeded'] as const).entries()) {
    const { runId, current } = run;
    run = await world.write(run);
    const fence = { runId, stepIndex: index, phase: 'execute', attempt: current?.attempt ?? 1 } as const;
    run = applyReport(
      { ...run, current: { ...run.current!, stage: 'delivered' } },
      { ...fence, eventId: 'e', status },
      world.now(),
    );
  }
  return world.write(run);
}

describe('the preview of a cancel', () => {
  test('with compensation lists what is undone, in that order, and what stays because its worker cannot', async () => {
    await reachReview();
    const preview = await previewCancel(world)({ ...REF, compensate: true });
    if (!preview.ok) throw new Error(preview.problem.detail);
    expect(namesOf(preview.value.undone)).toEqual(['open']);
    expect(preview.value.undone[0]).toMatchObject({ outcome: 'merged', step: { group: 'dev' } });
    expect(namesOf(preview.value.remaining)).toEqual(['kept']);
    expect(preview.value.remaining[0]?.why).toBe('This step cannot be undone by its worker.');
    expect(preview.value.stopped).toBeUndefined();
  });

  test('without compensation says that everything stays', async () => {
    await reachReview();
    const preview = await previewCancel(world)({ ...REF, compensate: false });
    if (!preview.ok) throw new Error(preview.problem.detail);
    expect(preview.value.undone).toEqual([]);
    expect(preview.value.remaining.map(({ step, why }) => [step.name, why])).toEqual([
      ['kept', 'This step cannot be undone by its worker.'],
      ['open', 'Not chosen to be undone.'],
    ]);
  });

  test('names the step whose worker is told to stop, and counts what it may have done', async () => {
    await world.announce({ steps });
    const { runId } = await world.write(await world.begin(await world.start()));
    await world.store.loadDispatch({ ...REF, runId, stepIndex: 0, phase: 'execute', attempt: 1 }, {});
    const preview = await previewCancel(world)({ ...REF, compensate: true });
    if (!preview.ok) throw new Error(preview.problem.detail);
    expect(preview.value.stopped).toBe('open');
    expect(namesOf(preview.value.undone)).toEqual(['open']);
    expect(preview.value.undone[0]?.outcome).toBeUndefined();
  });

  test('does not count a step that waits for its concurrency key', async () => {
    const at = applyDecision(await reachReview(), { decision: 'approved', actor: ANN }, world.now());
    const queued = { kind: 'queued', reason: 'Waits.', retryAfterMs: 9, isUntaken: true } as const;
    const fence = { runId: at.runId, stepIndex: 3, phase: 'execute', attempt: 1 } as const;
    await world.write(applyDialled(at, fence, queued, world.now()));
    const preview = await previewCancel(world)({ ...REF, compensate: true });
    if (!preview.ok) throw new Error(preview.problem.detail);
    expect(namesOf(preview.value.undone)).toEqual(['open']);
    expect(preview.value.stopped).toBeUndefined();
  });

  test('says how long it takes at most, which is longer while a worker has a step that asks for time', async () => {
    const asking = [aStep('open', { cancelGraceSeconds: 120, compensable: true }), aStep('kept')];
    await world.announce({ steps: asking });
    const run = await world.begin(await world.start());
    const within = async () => {
      const preview = await previewCancel(world)({ ...REF, compensate: false });
      return preview.ok ? [preview.value.stopped, preview.value.withinSeconds] : preview.problem.word;
    };
    expect(await within()).toEqual([undefined, 15]);
    const at = await world.write(run);
    expect(await within()).toEqual([undefined, 15]);
    const attempt = { ...REF, runId: run.runId, stepIndex: 0, attempt: 1 };
    await world.store.loadDispatch({ ...attempt, phase: 'execute' }, {});
    expect(await within()).toEqual(['open', 135]);
    const undoing = applyCancel(at, { compensate: true, actor: ANN }, world.now());
    await world.write(undoing);
    expect(await within()).toEqual([undefined, 15]);
    await world.store.loadDispatch({ ...attempt, phase: 'compensate' }, {});
    expect(await within()).toEqual(['open', 135]);
  });

  test('changes nothing, and is refused where nothing runs', async () => {
    await world.announce({ steps });
    expect(wordOf(await previewCancel(world)({ ...REF, compensate: false }))).toBe('not-running');
    await world.start();
    await previewCancel(world)({ ...REF, compensate: true });
    expect(world.engine.told).toEqual([]);
    expect((await world.store.getCandidate(REF))?.runState).toBe('queued');
  });
});
