import { expect, test } from 'vitest';
import { matchesEvent } from './match-event.ts';

const event = {
  ...{ id: '1-0000', at: '2026-01-01T00:00:10.000Z', type: 'step.failed' },
  actor: { kind: 'worker', id: 'charts' } as const,
  data: { message: 'The name is TAKEN.', kind: 'taken too', count: 3 },
};

test('an event is of a time from when one asks and before when one asks', () => {
  expect(matchesEvent(event, { since: event.at })).toBe(true);
  expect(matchesEvent(event, { since: '2026-01-01T00:00:10.001Z' })).toBe(false);
  expect(matchesEvent(event, { until: event.at })).toBe(false);
  expect(matchesEvent(event, { until: '2026-01-01T00:00:10.001Z' })).toBe(true);
});

test('what an event says is found, whatever its case, and nothing else of it', () => {
  expect(matchesEvent(event, { q: 'Is taken' })).toBe(true);
  expect(matchesEvent(event, { q: 'taken too' })).toBe(false);
  expect(matchesEvent(event, { q: '3' })).toBe(false);
  expect(matchesEvent({ ...event, data: { reason: 'Lunch' } }, { q: 'lunch' })).toBe(true);
  expect(matchesEvent({ ...event, data: { comment: 'Lunch' } }, { q: 'lunch' })).toBe(true);
  expect(matchesEvent({ ...event, data: { why: 'Lunch' } }, { q: 'lunch' })).toBe(true);
  expect(matchesEvent({ ...event, data: undefined }, { q: 'lunch' })).toBe(false);
});

test('an event is told apart by each of its facts', () => {
  expect(matchesEvent(event, {})).toBe(true);
  expect(matchesEvent(event, { type: 'step.failed', actorId: 'charts' })).toBe(true);
  for (const filter of [
    ...[{ migrationId: 'm' }, { candidateId: 'c' }, { runId: 'r' }],
    ...[{ type: 'run.started' }, { actorId: 'local' }, { traceId: 't' }],
  ])
    expect(matchesEvent(event, filter)).toBe(false);
});
