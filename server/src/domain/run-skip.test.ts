import { describe, expect, test } from 'vitest';
import {
  ANN,
  accept,
  after,
  beginRun,
  buildStep,
  fenceOf,
  outcomesOf,
  report,
} from '../../test/builders/build-run.ts';
import type { Run } from './run.ts';
import { applyDialled, applyRedeliver } from './run-reports.ts';
import { applySkip, whyNotSkippable } from './run-skip.ts';

const skip = (run: Run) => applySkip(run, { reason: 'By hand.', actor: ANN, outputsId: 'c-1' }, after(9));
const away = (run: Run) =>
  applyDialled(run, fenceOf(run), { kind: 'away', reason: 'Nobody lives.' }, after(3));

describe('a skip', () => {
  test('of a failed step is an attempt of its own, which names the staged outputs', () => {
    const run = skip(report(accept(beginRun()), 'failed'));
    expect(outcomesOf(run)).toEqual(['one:execute:1:failed', 'one:execute:2:skipped', 'two:execute:1:open']);
    expect(run.outbox.attempts).toContainEqual(
      expect.objectContaining({
        attempt: 2,
        outcome: 'skipped',
        message: 'By hand.',
        reportEventId: 'c-1',
        startedAt: after(9).iso,
        endedAt: after(9).iso,
      }),
    );
    expect(run.outbox.events).toContainEqual(
      expect.objectContaining({ type: 'step.skipped', actor: ANN, attempt: 2 }),
    );
  });

  test('of a step that no worker has closes the attempt that waits, and tells a worker that may have it', () => {
    const never = skip(away(beginRun()));
    expect(outcomesOf(never)).toEqual(['one:execute:1:skipped', 'two:execute:1:open']);
    expect(never.toCancel).toBeUndefined();
    const once = skip(away(applyRedeliver(accept(beginRun()), fenceOf(beginRun()))));
    expect(once.toCancel).toEqual({ index: 0, phase: 'execute', attempt: 1 });
  });

  test('of a step whose worker was dialled and did not say that it took it tells the worker all the same', () => {
    const dialled = (mayHaveIt?: boolean) =>
      skip(
        applyDialled(
          beginRun(),
          fenceOf(beginRun()),
          { kind: 'unreachable', reason: 'It did not answer.', mayHaveIt },
          after(3),
        ),
      );
    expect(dialled(true).toCancel).toEqual({ index: 0, phase: 'execute', attempt: 1 });
    // Of a dispatch that was recorded before it was said, or of a worker that refused it.
    expect(dialled().toCancel).toBeUndefined();
  });

  test('is allowed for the step that waits and for no other', () => {
    const failed = report(accept(beginRun()), 'failed');
    expect(whyNotSkippable(failed, 'one')).toBeUndefined();
    expect(whyNotSkippable(away(beginRun()), 'one')).toBeUndefined();
    expect(whyNotSkippable(failed, 'two')).toBe('Step "one" can be skipped now, not "two".');
    expect(whyNotSkippable(accept(beginRun()), 'one')).toBe(
      'Step "one" has not failed and does not wait for its worker.',
    );
    expect(whyNotSkippable(report(beginRun([buildStep('one')]), 'succeeded'), 'one')).toBe(
      'The run is over.',
    );
  });

  test('changes nothing while no step waits', () => {
    for (const run of [beginRun(), accept(beginRun()), report(beginRun([buildStep('one')]), 'succeeded')])
      expect(skip(run)).toBe(run);
  });
});
