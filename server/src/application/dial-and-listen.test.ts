import { expect, test } from 'vitest';
import type { Reported } from '../domain/run-messages.ts';
import { dialAndListen } from './dial-and-listen.ts';
import type { DialOutcome } from './ports/step-dispatcher.ts';

const REPORT: Reported = { eventId: 'e-1', status: 'succeeded' };

function listen(waitMs: number) {
  let arrive: (report: Reported) => void = () => {};
  const arrival = new Promise<Reported>((resolve) => {
    arrive = resolve;
  });
  const recorded: boolean[] = [];
  const stopped: true[] = [];
  const accepted: true[] = [];
  return {
    arrive: () => arrive(REPORT),
    ...{ recorded, stopped, accepted },
    with: (dial: () => Promise<DialOutcome>) =>
      dialAndListen(dial, async () => void accepted.push(true), {
        expected: { arrival, stop: () => void stopped.push(true) },
        patience: { waitMs: () => waitMs, record: (_step, came) => void recorded.push(came) },
        step: 'm one',
      }),
  };
}
const accepts = async (): Promise<DialOutcome> => ({ kind: 'accepted' });

test('a callback that comes after the acceptance is heard, and the acceptance kept', async () => {
  const ears = listen(10_000);
  const heard = ears.with(accepts);
  ears.arrive();

  expect(await heard).toEqual({ kind: 'called-back', report: REPORT, isAccepted: true });
  expect(ears).toMatchObject({ accepted: [true], recorded: [true], stopped: [true] });
});

test('a callback that comes before the answer ends the wait for that', async () => {
  const ears = listen(10_000);
  const heard = ears.with(() => new Promise(() => {}));
  ears.arrive();

  expect(await heard).toEqual({ kind: 'called-back', report: REPORT, isAccepted: false });
  expect(ears).toMatchObject({ accepted: [], recorded: [], stopped: [true] });
});

test('without a callback the acceptance is what came of it', async () => {
  const ears = listen(5);

  expect(await ears.with(accepts)).toEqual({ kind: 'accepted' });
  expect(ears).toMatchObject({ accepted: [true], recorded: [false], stopped: [true] });
});

test('a slow step is not waited for, and nothing is learnt of it', async () => {
  const ears = listen(0);

  expect(await ears.with(accepts)).toEqual({ kind: 'accepted' });
  expect(ears).toMatchObject({ accepted: [true], recorded: [], stopped: [true] });
});

test.each<DialOutcome>([{ kind: 'superseded' }, { kind: 'busy', reason: 'Full.', retryAfterSeconds: 1 }])(
  'after $kind nothing is waited for',
  async (outcome) => {
    const ears = listen(10_000);

    expect(await ears.with(async () => outcome)).toBe(outcome);
    expect(ears).toMatchObject({ accepted: [], recorded: [], stopped: [true] });
  },
);

test('a store that cannot keep the acceptance fails it', async () => {
  const failing = dialAndListen(accepts, () => Promise.reject(new Error('away')), {
    expected: { arrival: new Promise(() => {}), stop: () => {} },
    patience: { waitMs: () => 0, record: () => {} },
    step: 'm one',
  });

  await expect(failing).rejects.toThrow('away');
});
