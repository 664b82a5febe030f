import { readdirSync, readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from './history-event.ts';
import { describeHistory, findOpenTimers } from './history-words.ts';

const root = new URL('../../../test/replay/histories/', import.meta.url);
const names = readdirSync(root).filter((name) => name.endsWith('.json'));

function load(name: string): readonly HistoryEvent[] {
  const json: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, root), 'utf8'));
  return historyFromJSON(json).events ?? [];
}

function textsOf(name: string, stepNames: readonly string[] = ['one', 'two']): readonly string[] {
  return describeHistory(load(name), stepNames, 1).map(({ kind, text }) => `${kind}: ${text}`);
}

describe('every recorded history', () => {
  test.each(names)('%s has a sentence for each event, and no body', (name) => {
    const events = load(name.replace('.json', ''));
    const entries = describeHistory(events.toReversed(), ['one', 'two', 'three'], 1);
    expect(entries.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => events.length - index));
    for (const { text, at, kind } of entries) {
      expect(at).toMatch(/^\d{4}-.*Z$/);
      expect(text).toMatch(/^[A-Z].*[.…]$/);
      expect(text).not.toMatch(/no words for|does not know|undefined|NaN|[{}]/);
      expect(kind).toBeTruthy();
    }
    // Since the one alarm, a run that is over may leave it behind.
    expect(findOpenTimers(events, []).length).toBeLessThanOrEqual(/^v[12]-/.test(name) ? 0 : 1);
  });
});

describe('the words', () => {
  test('of a dispatch that is accepted, its time limit and its callback', () => {
    expect(textsOf('v2-steps-and-callbacks').filter((text) => !text.startsWith('task'))).toEqual([
      'run: The run began.',
      expect.stringMatching(
        /^step: A step was given to charts, instance one \(local activity dispatch, (under 1|\d+) ms\)\.$/,
      ),
      'timer: Waits for 10 min at most (time limit of the step).',
      'step: A callback arrived: step 1 (one) is pending.',
      'timer: The wait was cut short: something happened before.',
      expect.stringMatching(/^store: The run was written to the store \(local activity project, /),
      'timer: Waits for 10 min at most.',
      'step: A callback arrived: step 1 (one) merged.',
      'timer: The wait was cut short: something happened before.',
      expect.stringMatching(/^step: A step was given to charts/),
      'timer: Waits for 10 min at most (time limit of the step).',
      'step: A callback arrived: step 2 (two) succeeded.',
      'timer: The wait was cut short: something happened before.',
      expect.stringMatching(/^store: The run was written to the store/),
      'run: The run is over.',
    ]);
  });

  test('of what people asked', () => {
    const texts = [
      ...textsOf('v2-failure-and-retry'),
      ...textsOf('v2-review', ['check', 'after']),
      ...textsOf('v2-pause-and-resume'),
      ...textsOf('v2-skip-of-a-failed-and-of-a-parked-step'),
      ...textsOf('v2-abandoned-compensation'),
      ...textsOf('v2-cancel-in-temporal'),
    ];
    for (const text of [
      'command: The inputs were changed by ann.',
      'command: Step one was retried by ann, with other inputs.',
      'command: Step check was rejected by ann.',
      'command: Step check was approved by ann.',
      'command: Step one was skipped by ann, with outputs given.',
      'command: Step two was skipped by ann.',
      'command: The run was paused by ann.',
      'command: The run was resumed by ann.',
      'command: Cancel was asked by ann, undoing what is done.',
      'command: Cancel was asked in Temporal itself.',
      'command: The command was taken over.',
      'command: The answer to a command has reached its caller.',
    ])
      expect(texts).toContain(text);
  });

  test('of a worker that is away, of a redelivery, and of a wake-up', () => {
    const texts = textsOf('v2-worker-away-and-redelivery');
    expect(texts).toContainEqual(
      expect.stringContaining(
        'step: A step waits for its worker. No instance of worker app "late-app" is alive. (local activity dispatch',
      ),
    );
    expect(texts).toContain('timer: Waits for 1 min at most (next try to reach the worker).');
    expect(texts).toContain('run: The run was woken: what it waited for is back, resumed, or free for it.');
    expect(texts).toContain(
      'step: Step 1 (one) is to be given to another instance: the one that had it is gone or forgot it.',
    );
  });

  test('of a store that was away', () => {
    const entries = describeHistory(load('v2-store-away-for-a-while'), ['one'], 1);
    expect(entries.filter(({ isProblem }) => isProblem)).toMatchObject([
      {
        kind: 'store',
        text: expect.stringMatching(
          /^The run could not be written to the store: Redis is away\. \(local activity project, try 3/,
        ),
      },
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({ text: 'Waits for 1 s at most (next try to write to the store).' }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ text: 'The wait is over (next try to write to the store).' }),
    );
  });

  test('of waiting in a queue, of being held, and of a condition that does not hold', () => {
    expect(textsOf('v2-queued-for-a-concurrency-key').join('\n')).toContain(
      'waits for its turn on its concurrency key',
    );
    expect(textsOf('v2-held-by-its-migration').join('\n')).toContain(
      'is held, since its migration or worker app is paused',
    );
    expect(textsOf('v2-done-at-once').join('\n')).toMatch(
      /ended at once: succeeded .*[\s\S]*was skipped: its/,
    );
  });

  test('of a history that became long', () => {
    expect(textsOf('v2-continued-as-new-1').at(-1)).toBe(
      'run: This history had become long, so the run goes on in a new one.',
    );
    expect(textsOf('v2-continued-as-new-2')[0]).toBe(
      'run: The run goes on here, with what it knew at the end of the history before.',
    );
  });

  test('tell the size of payloads', () => {
    const callback = describeHistory(load('v2-steps-and-callbacks'), [], 1).find(({ text }) =>
      text.startsWith('A callback arrived'),
    );
    expect(callback?.bytes).toBeGreaterThan(100);
  });
});

const encode = (value: unknown) => ({
  metadata: { encoding: new TextEncoder().encode('json/plain') },
  data: new TextEncoder().encode(JSON.stringify(value)),
});
const payloads = (value: unknown) => ({ payloads: [encode(value)] });
const at = { seconds: 1_795_234_437, nanos: 500_000_000 };
/** Numbers stand for the longs that Temporal sends. */
const historyOf = (...events: object[]) => events as HistoryEvent[];
const say = (event: object, stepNames: readonly string[] = ['build', 'values']) =>
  describeHistory(historyOf({ eventId: 9, eventTime: at, ...event }), stepNames, 1)[0];

function dispatched(dialled: object | undefined, more: object = {}): HistoryEvent {
  return {
    markerRecordedEventAttributes: {
      markerName: 'core_local_activity',
      details: {
        data: payloads({ activity_type: 'dispatch', attempt: 1 }),
        result: payloads({ projected: 'applied', of: '1:execute:1', dialled, ...more }),
      },
    },
  };
}

describe('a dispatch', () => {
  test.each([
    [
      { kind: 'accepted', workerApp: 'charts', instanceId: 'i-7' },
      'Step 2 (values) was given to charts, instance i-7',
      undefined,
    ],
    [{ kind: 'accepted' }, 'Step 2 (values) was given to the worker', undefined],
    [
      { kind: 'reported', report: { status: 'pending' } },
      'Step 2 (values) was given to the worker and is pending',
      undefined,
    ],
    [
      { kind: 'reported', report: { status: 'failed' } },
      'Step 2 (values) was given to the worker and ended at once: failed',
      true,
    ],
    [
      {
        kind: 'reported',
        report: { status: 'merged' },
        accepted: { workerApp: 'charts', instanceId: 'charts-1' },
      },
      'Step 2 (values) was given to charts, instance charts-1, which called back at once: merged',
      undefined,
    ],
    [undefined, 'Step 2 (values) was looked up before a cancel: nothing was reported of it', undefined],
    [{ kind: 'reported' }, 'Step 2 (values) was given to the worker and ended at once: done', undefined],
    [
      { kind: 'refused', message: 'secret' },
      'Step 2 (values) was refused by the worker or could not be given to it; its attempt says why',
      true,
    ],
    [{ kind: 'away' }, 'Step 2 (values) waits for its worker. It is away.', true],
    [
      { kind: 'unreachable', reason: 'secret' },
      'Step 2 (values) could not be given to the worker, which did not answer as it should',
      true,
    ],
    [{ kind: 'busy', reason: 'secret' }, 'The worker has no room for step 2 (values) now', undefined],
    [{ kind: 'asked' }, 'Step 2 (values) waits for people: its condition holds', undefined],
    [{ kind: 'of-tomorrow' }, 'Step 2 (values) was dispatched', undefined],
  ])('that came to %j', (dialled, text, isProblem) => {
    expect(say(dispatched(dialled))).toMatchObject({
      kind: 'step',
      text: `${text} (local activity dispatch).`,
      ...(isProblem === undefined ? {} : { isProblem }),
    });
  });

  test('names the attempt, and the undo', () => {
    expect(say(dispatched({ kind: 'skipped' }, { of: '0:compensate:3' }))?.text).toMatch(
      /^The undo of step 1 \(build\), attempt 3 was skipped/,
    );
    expect(say(dispatched({ kind: 'skipped' }, { of: '7:execute:1' }))?.text).toMatch(/^A step was skipped/);
    expect(say(dispatched({}, { projected: 'stale' }))?.text).toMatch(
      /^A later state of the run is in the store/,
    );
    expect(say(dispatched({}, { projected: 'not-claimed' }))).toMatchObject({ isProblem: true });
  });
});

describe('steps that were dispatched in one activity', () => {
  const done = { kind: 'reported', report: { status: 'succeeded' } };
  const onward = (...dialled: readonly object[]) =>
    dialled.map((one, index) => ({ stepIndex: index + 1, phase: 'execute', attempt: 1, dialled: one }));

  test('are named in order, and a problem of one is one of all', () => {
    const marker = dispatched(done, { of: '0:execute:1', onward: onward(done, { kind: 'away' }) });
    expect(say(marker)).toMatchObject({
      text: 'Step 1 (build) was given to the worker and ended at once: succeeded; step 2 (values) was given to the worker and ended at once: succeeded; a step waits for its worker. It is away. (local activity dispatch).',
      isProblem: true,
    });
  });

  test('are counted where there are many', () => {
    const marker = dispatched(done, { of: '0:execute:1', onward: onward(...Array(16).fill(done)) });
    expect(say(marker)?.text).toMatch(/^Step 1 .*: succeeded; 14 more followed; a step .*; a step [^;]*$/);
  });
});

describe('the engine failing', () => {
  test('is said with why, nondeterminism by its name', () => {
    const failure = { message: 'No machine\n for it', cause: { message: 'because' } };
    expect(say({ workflowTaskFailedEventAttributes: { cause: 24, failure } })).toMatchObject({
      kind: 'task',
      isProblem: true,
      text: 'The engine failed: its code does not fit the history that is there (nondeterminism). No machine for it: because',
    });
    expect(say({ workflowTaskFailedEventAttributes: { cause: 14 } })?.text).toBe(
      'The engine failed: no reason was given',
    );
    expect(say({ workflowTaskFailedEventAttributes: { cause: 1 } })).toEqual({
      part: 1,
      eventId: 9,
      at: '2026-11-21T04:13:57.500Z',
      kind: 'task',
      text: 'The engine began anew, since something happened meanwhile.',
    });
    expect(say({ workflowTaskTimedOutEventAttributes: {} })?.isProblem).toBe(true);
    const long = { message: 'x'.repeat(1_000) };
    expect(
      say({ workflowTaskFailedEventAttributes: { cause: 14, failure: long } })?.text.length,
    ).toBeLessThan(350);
  });

  test('the end of a workflow is said with why', () => {
    expect(say({ workflowExecutionFailedEventAttributes: { failure: { message: 'No.' } } })).toMatchObject({
      kind: 'run',
      isProblem: true,
      text: 'The workflow failed: No.',
    });
    expect(say({ workflowExecutionFailedEventAttributes: {} })?.text).toContain('no reason was given');
    expect(say({ workflowExecutionTerminatedEventAttributes: { reason: 'Poisoned.' } })?.text).toBe(
      'The workflow was terminated: Poisoned.',
    );
    expect(say({ workflowExecutionTerminatedEventAttributes: {} })?.text).toBe(
      'The workflow was terminated.',
    );
    expect(say({ workflowExecutionTimedOutEventAttributes: {} })?.text).toBe('The workflow timed out.');
    expect(say({ workflowExecutionCanceledEventAttributes: {} })?.text).toBe('The workflow was cancelled.');
  });
});

describe('what anyone can send', () => {
  test('a message that cannot be read has its plain words', () => {
    const broken = { payloads: [{ metadata: {}, data: new Uint8Array([1, 2]) }] };
    const signal = (signalName: string, input: object = broken): HistoryEvent => ({
      workflowExecutionSignaledEventAttributes: { signalName, input },
    });
    expect(say(signal('step-completed'))).toMatchObject({ text: 'A callback arrived.', bytes: 2 });
    expect(say(signal('redeliver'))?.text).toMatch(/^A step is to be given/);
    expect(say(signal('cancel'))?.text).toBe('Cancel was asked.');
    expect(say(signal('x'.repeat(200)))?.text.length).toBeLessThan(120);
    expect(say(signal('step-completed', payloads({ stepIndex: 1, status: 'great' })))?.text).toBe(
      'A callback arrived: step 2 (values).',
    );
    const update = (name: string, args?: object): HistoryEvent => ({
      workflowExecutionUpdateAcceptedEventAttributes: {
        acceptedRequest: { input: { name, args: args ?? broken } },
      },
    });
    expect(say(update('retry'))?.text).toBe('The step was retried.');
    expect(say(update('decide', payloads({ stepName: 'check' })))?.text).toBe('Step check was decided on.');
    const local = { stepName: 'check', actor: { kind: 'person', id: 'local' } };
    expect(say(update('retry', payloads(local)))?.text).toBe('Step check was retried.');
    expect(say(update('of-tomorrow'))?.text).toBe('A command that this Loom does not know: of-tomorrow.');
    const completed = { outcome: { failure: { message: 'No.' } } };
    expect(say({ workflowExecutionUpdateCompletedEventAttributes: completed })?.text).toBe(
      'The command failed: No.',
    );
  });

  test('activities and events of another Loom have words, too', () => {
    const marker = (data: object, more: object = {}): HistoryEvent => ({
      markerRecordedEventAttributes: {
        markerName: 'core_local_activity',
        details: { data: payloads(data) },
        ...more,
      },
    });
    expect(say(marker({ activity_type: 'cancelStep' }))?.text).toMatch(
      /^The worker was told to stop its step/,
    );
    expect(say(marker({ activity_type: 'else' }))?.text).toBe('An activity ended (local activity else).');
    expect(say(marker({}, { failure: {} }))?.text).toMatch(/^An activity failed: no reason was given/);
    expect(say({ markerRecordedEventAttributes: { markerName: 'core_patch' } })).toMatchObject({
      kind: 'task',
    });
    expect(say({})?.text).toContain('no words');
  });
});

describe('a timer that is open', () => {
  const completed = { workflowTaskCompletedEventAttributes: { startedEventId: 2 } };
  const timer = (id: number, seconds: number) => ({
    eventId: id,
    eventTime: at,
    timerStartedEventAttributes: { startToFireTimeout: { seconds }, workflowTaskCompletedEventId: 3 },
  });

  test('is found with what it is for', () => {
    const events = historyOf(
      { eventId: 3, eventTime: at, ...completed },
      { eventId: 4, eventTime: at, ...dispatched({ kind: 'held' }) },
      timer(5, 90),
    );
    expect(findOpenTimers(events, [])).toEqual([
      {
        startedAt: '2026-11-21T04:13:57.500Z',
        firesAt: '2026-11-21T04:15:27.500Z',
        text: 'looks again, should nobody wake it',
      },
    ]);
    expect(describeHistory(events, [], 1).at(-1)).toMatchObject({
      text: 'Waits for 2 min at most (looks again, should nobody wake it).',
      until: '2026-11-21T04:15:27.500Z',
    });
  });

  test('is the one that was set last, and may be of a step before', () => {
    const later = {
      eventId: 7,
      eventTime: at,
      workflowExecutionSignaledEventAttributes: { signalName: 'step-completed' },
    };
    expect(findOpenTimers(historyOf(timer(5, 90), timer(6, 60)), [])).toMatchObject([
      { firesAt: '2026-11-21T04:14:57.500Z' },
    ]);
    const pending = { signalName: 'step-completed', input: payloads({ status: 'pending' }) };
    const stillThere = { eventId: 7, eventTime: at, workflowExecutionSignaledEventAttributes: pending };
    expect(findOpenTimers(historyOf(timer(5, 90), stillThere), [])[0]?.text).toBeUndefined();
    expect(findOpenTimers(historyOf(timer(5, 90), later), [])).toMatchObject([
      { text: 'looks whether a deadline has come' },
    ]);
  });

  test('is not one that fired or was cancelled', () => {
    const fired = { eventId: 6, eventTime: at, timerFiredEventAttributes: { startedEventId: 5 } };
    expect(findOpenTimers(historyOf(timer(5, 1), fired), [])).toEqual([]);
    expect(findOpenTimers(historyOf(timer(5, 200_000)), [])).toMatchObject([{ firesAt: expect.any(String) }]);
    expect(say(fired)?.text).toBe('The wait is over.');
    const texts = [60, 3_600, 86_400, 200_000, 0.25].map((s) => {
      const ms = { seconds: Math.floor(s), nanos: (s % 1) * 1e9 };
      return say({ timerStartedEventAttributes: { startToFireTimeout: ms } })?.text;
    });
    expect(texts).toEqual([
      'Waits for 1 min at most.',
      'Waits for 1 h at most.',
      'Waits for 1 day at most.',
      'Waits for 2 days at most.',
      'Waits for 250 ms at most.',
    ]);
  });
});
