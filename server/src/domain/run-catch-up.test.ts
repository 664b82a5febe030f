import { describe, expect, test } from 'vitest';
import { ANN, accept, after, beginRun, fenceOf, outcomesOf, report } from '../../test/builders/build-run.ts';
import { nextAction, takeOutbox } from './next-action.ts';
import type { Run } from './run.ts';
import { askCancel, cancelAsAsked, lookUp, mayBeUntaken } from './run-catch-up.ts';
import { applyPause } from './run-pause.ts';
import { applyDialled, applyWake } from './run-reports.ts';

const AWAY = { kind: 'away', reason: 'Nobody lives.', retryAfterMs: 1_000 } as const;
const HELD = { kind: 'held', reason: 'Paused.', retryAfterMs: 1_000 } as const;
const MUTE = { kind: 'unreachable', reason: 'No answer.', mayHaveIt: true, retryAfterMs: 1_000 } as const;
const dial = (run: Run, dialled: Parameters<typeof applyDialled>[2]) =>
  applyDialled(run, fenceOf(run), dialled, after(3));
const atSecond = () => report(accept(beginRun()), 'succeeded');
const parked = () => dial(atSecond(), AWAY);
const ask = (run: Run, more: { looksForDials?: boolean; compensate?: boolean } = {}) =>
  askCancel(
    run,
    { catchesUp: true, looksForDials: mayBeUntaken(run), compensate: true, actor: ANN, ...more },
    after(5),
  );

describe('a step that may never have been given to a worker', () => {
  test.each<[string, Run]>([
    ['is about to be dialled', atSecond()],
    ['is parked', parked()],
    ['is held', dial(atSecond(), HELD)],
    ['is held by a pause of its run', applyPause(parked(), { actor: ANN }, after(4))],
  ])('%s', (_, run) => {
    expect(mayBeUntaken(run)).toBe(true);
  });

  test.each<[string, Run]>([
    ['was accepted', accept(atSecond())],
    ['was dialled without an answer', dial(atSecond(), MUTE)],
    ['was, by what its worker said', dial(report(parked(), 'pending'), AWAY)],
    ['failed', report(accept(atSecond()), 'failed')],
    ['is known not to have been', { ...parked(), current: { ...parked().current!, isUntaken: true } }],
    ['is of a run that is over', report(accept(atSecond()), 'succeeded')],
    ['is of a run that is cancelled', { ...parked(), mode: 'cancelling' }],
    ['follows one that is to stop', { ...parked(), toCancel: { index: 0, phase: 'execute', attempt: 1 } }],
  ])('is none that %s', (_, run) => {
    expect(mayBeUntaken(run)).toBe(false);
  });
});

describe('a cancel of a step that waits', () => {
  test('looks it up first, without dialling', () => {
    const run = takeOutbox(ask(parked())).run;
    expect(nextAction(run)).toEqual({ kind: 'look-up' });

    expect(nextAction(lookUp(run))).toMatchObject({ kind: 'dispatch', onlyReported: true });
  });

  test('is applied at once in a run of before', () => {
    expect(outcomesOf(ask(parked(), { looksForDials: false })).at(-1)).toBe('two:compensate:1:open');
  });

  test('undoes what was done before it, and nothing of it, where no worker was ever given it', () => {
    const asking = lookUp(ask(parked()));
    const run = cancelAsAsked(asking, after(6), fenceOf(asking));

    expect(outcomesOf(run).slice(1)).toEqual(['two:execute:1:cancelled', 'one:compensate:1:open']);
    expect(run.toCancel).toBeUndefined();
    expect(run.cancel).toEqual({ compensate: true, actor: ANN });
  });

  test('undoes it where a worker may have been given it', () => {
    const asking = lookUp(ask(parked()));
    for (const run of [
      cancelAsAsked(asking, after(6)),
      cancelAsAsked(asking, after(6), { ...fenceOf(asking), attempt: 2 }),
      cancelAsAsked(report(asking, 'pending'), after(6), fenceOf(asking)),
    ]) {
      expect(outcomesOf(run).at(-1)).toBe('two:compensate:1:open');
      expect(run.toCancel).toMatchObject({ index: 1 });
    }
  });

  test('goes without the look where its worker is known to have it by then', () => {
    const run = ask(atSecond(), { looksForDials: true });
    expect(nextAction(run)).toMatchObject({ kind: 'dispatch', onlyReported: true });

    expect(nextAction(dial(run, AWAY))).toEqual({ kind: 'look-up' });
    expect(nextAction(accept(run))).toEqual({ kind: 'cancel' });
  });

  test('that nobody asks for any more changes nothing', () => {
    expect(cancelAsAsked(parked(), after(6))).toEqual(parked());
    const ended = report(accept(atSecond()), 'succeeded');
    expect(lookUp(ended)).toBe(ended);
    expect(applyWake(ask(parked()), after(6)).asked).toBeDefined();
  });
});
