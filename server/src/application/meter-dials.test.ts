import { expect, test } from 'vitest';
import { createWorld, WORKER_APP } from '../../test/builders/application-world.ts';
import { meterDials } from './meter-dials.ts';
import type { DialOutcome, DispatchRequest } from './ports/step-dispatcher.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

type Note = Parameters<WorkerDirectory['noteDials']>;

async function meter(noteDials?: WorkerDirectory['noteDials']) {
  const world = createWorld();
  await world.announce();
  const run = await world.start();
  const material = await world.store.loadDispatch({ ...run, stepIndex: 0, phase: 'execute', attempt: 1 });
  if (material === undefined) throw new Error('There is a manifest.');
  const notes: Note[] = [];
  let nowMs = 0;
  let next: { readonly outcome: DialOutcome; readonly ms: number };
  const metered = meterDials({
    everyMs: 1_000,
    now: () => nowMs,
    directory: { noteDials: noteDials ?? (async (...note) => void notes.push(note)) },
    dispatcher: {
      ...world.dispatcher,
      dispatch: async () => {
        nowMs += next.ms;
        return next.outcome;
      },
    },
  });
  const dial = (
    ms: number,
    outcome: DialOutcome = { kind: 'accepted' },
    { stepIndex = 0, workerUrl = 'http://w' } = {},
  ) => {
    next = { ms, outcome };
    const attempt = { ...run, stepIndex, phase: 'execute', attempt: 1 } as const;
    const request: DispatchRequest = { workerUrl, attempt, material, timeoutMs: 1 };
    return metered.dispatch(request);
  };
  return { dial, notes, pass: (ms: number) => void (nowMs += ms) };
}

test('latencies are gathered, and their mean is noted at times', async () => {
  const { dial, notes, pass } = await meter();
  expect(await dial(12)).toEqual({ kind: 'accepted' });
  await dial(10);
  await dial(30);
  expect(notes).toEqual([[WORKER_APP, 'http://w', { latencyMs: 12, error: undefined }]]);
  pass(1_000);
  await dial(20);
  expect(notes[1]).toEqual([WORKER_APP, 'http://w', { latencyMs: 20, error: undefined }]);
});

test('why a worker could not be given a step is noted each time, and is no latency', async () => {
  const { dial, notes } = await meter();
  const outcome = { kind: 'unreachable', reason: 'It answered 500.', fault: true } as const;
  expect(await dial(2_000, outcome)).toEqual(outcome);
  await dial(2_000, outcome);
  expect(notes.map(([, , note]) => note)).toEqual([
    { latencyMs: undefined, error: 'It answered 500.' },
    { latencyMs: undefined, error: 'It answered 500.' },
  ]);
});

test('of addresses that are dialled no more the oldest are forgotten', async () => {
  const { dial, notes } = await meter();
  const dialAt = (n: number) => dial(0, undefined, { workerUrl: `http://w-${n}` });
  for (let n = 0; n < 1_000; n += 1) await dialAt(n);
  await dialAt(0);
  expect(notes).toHaveLength(1_000);
  await dialAt(1_000);
  // What was gathered of the oldest is gone, so that its next dial is noted at once; of another it is not.
  await dialAt(0);
  expect(notes).toHaveLength(1_001);
  await dialAt(1);
  expect(notes).toHaveLength(1_002);
});

test('a note that cannot be written, and a step that there is not, hold up nothing', async () => {
  const { dial } = await meter(async () => {
    throw new Error('Redis is away.');
  });
  expect(await dial(1)).toEqual({ kind: 'accepted' });
  expect(await dial(1, { kind: 'accepted' }, { stepIndex: 7 })).toEqual({ kind: 'accepted' });
});
