import { describe, expect, test } from 'vitest';
import { ANN, accept, after, beginRun, buildStep } from '../../test/builders/build-run.ts';
import { nextAction, takeOutbox } from './next-action.ts';
import type { Moment, Run } from './run.ts';
import { applyCancel } from './run-commands.ts';
import { applyStopAnswer, applyStopTimer } from './run-stopping.ts';
import { applyTimer } from './run-timers.ts';

const written = (run: Run): Run => takeOutbox(run).run;
const cancelled = (compensate = false) =>
  written(
    applyCancel(
      accept(beginRun([buildStep('one', { cancelGraceSeconds: 20 })])),
      { compensate, actor: ANN },
      after(10),
    ),
  );

/** As the interpreter does: what is told is no longer to be told. */
function tell(run: Run, isStopping: boolean, at: Moment): Run {
  const { toCancel } = run;
  if (toCancel === undefined) throw new Error('Nothing is to be told.');
  return applyStopAnswer({ ...run, toCancel: undefined }, toCancel, { isStopping }, at);
}

describe('a step that asks for time to stop', () => {
  test('is waited for and asked about again, later each time, and no longer than it asked for', () => {
    let run = cancelled();
    const asks: number[] = [];
    for (;;) {
      const action = nextAction(written(run));
      if (action.kind === 'cancel-step') run = tell(run, true, after(asks.at(-1) ?? 10));
      else if (action.kind === 'wait') {
        asks.push(((action.untilMs ?? 0) - after(0).ms) / 1_000);
        run = applyTimer(run, after(asks.at(-1) ?? 0));
      } else break;
    }
    expect(asks).toEqual([10.5, 11, 11.5, 12.25, 13.375, 15.063, 17.595, 21.393, 26.393, 30]);
    expect(nextAction(written(run))).toEqual({ kind: 'finish-cancel' });
  });

  test('says what it waits for, once', () => {
    const run = tell(cancelled(), true, after(11));
    expect(run.view).toMatchObject({
      runState: 'cancelling',
      who: 'worker',
      reason: 'Waits until painter has stopped step "one", at most 20 s.',
    });
    const again = tell(applyTimer(written(run), after(12)), true, after(12));
    expect(again.outbox.dirty).toBe(false);
    expect(tell(cancelled(true), true, after(11)).view.runState).toBe('compensating');
  });

  test('is not waited for once it has stopped', () => {
    const run = tell(cancelled(), false, after(11));
    expect(nextAction(run)).toEqual({ kind: 'finish-cancel' });
    expect(nextAction(tell(cancelled(true), false, after(11)))).toMatchObject({
      kind: 'dispatch',
      current: { phase: 'compensate' },
    });
  });

  test('is not asked before it is time, and not at all when it is over', () => {
    const run = written(tell(cancelled(), true, after(11)));
    const { toCancel } = run;
    if (toCancel === undefined) throw new Error('It is not waited for.');
    expect(applyTimer(run, after(11.2))).toBe(run);
    expect(applyStopTimer(run, { ...toCancel, askAtMs: undefined }, after(12))).toBe(run);
    expect(applyStopTimer(run, { ...toCancel, untilMs: undefined }, after(12)).toCancel).toBeUndefined();
    const ended: Run = { ...run, ended: { outcome: 'cancelled' } };
    expect(applyStopAnswer(ended, toCancel, { isStopping: true }, after(12))).toBe(ended);
    expect(applyStopAnswer(run, toCancel, { isStopping: true }, after(30))).toBe(run);
    const unknown: Run = { ...run, steps: [] };
    expect(applyStopAnswer(unknown, toCancel, { isStopping: true }, after(12))).toBe(unknown);
  });

  test('is still the one that is told when the run is cancelled again meanwhile', () => {
    const run = written(tell(cancelled(true), true, after(11)));
    const abandoned = applyCancel(run, { compensate: false, actor: ANN }, after(12));
    expect(abandoned.toCancel).toEqual(run.toCancel);
    expect(abandoned.toCancel).toMatchObject({ phase: 'execute' });
  });
});

test('a step that asks for none is not waited for, whatever its worker says', () => {
  for (const cancelGraceSeconds of [undefined, 0]) {
    const run = accept(beginRun([buildStep('one', { cancelGraceSeconds })]));
    const told = written(applyCancel(run, { compensate: false, actor: ANN }, after(10)));
    expect(nextAction(told)).toEqual({
      kind: 'cancel-step',
      toCancel: { index: 0, phase: 'execute', attempt: 1 },
    });
    expect(nextAction(tell(told, true, after(11)))).toEqual({ kind: 'finish-cancel' });
  }
});
