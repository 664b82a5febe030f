import { expect, it } from 'vitest';
import { anEvent, aTime } from '../../testing/samples.ts';
import { operationOf, operationsOf } from './operations.ts';

it('an operation reads as what was done, where, and what came of it', () => {
  const data = {
    ...{ id: 'o', kind: 'forge.pull_request.create', at: '2026-11-20T09:59:00.000Z', durationMs: 40 },
    ...{ repository: 'acme/a', branch: 'loom/x', url: 'https://forge/acme/a/pull/1', result: 'ok' },
  };
  expect(operationOf(anEvent('1', { type: 'operation', data }))).toEqual({
    ...{ kind: 'forge pull request create', isOk: true, at: data.at, durationMs: 40 },
    ...{ where: 'acme/a loom/x', commit: undefined, url: data.url, message: undefined },
  });
});

it('an operation of which little is known is shown all the same, without a link that is none', () => {
  const data = { url: 'ssh://git@forge/a', result: 'failed', message: 'Refused.' };
  expect(operationOf(anEvent('1', { data }))).toMatchObject({
    ...{ kind: 'operation', isOk: false, at: aTime, where: 'ssh://git@forge/a', url: undefined },
    message: 'Refused.',
  });
});

it('operations belong to their step, phase and attempt, the first one first', () => {
  const of = (id: string, over: object) => anEvent(id, { stepName: 'open', attempt: 1, ...over });
  const events = [
    of('4', { attempt: 2 }),
    of('3', {}),
    of('2', { phase: 'compensate' }),
    of('1', { phase: 'execute' }),
    of('0', { stepName: 'other' }),
  ];
  const ids = (phase: 'execute' | 'compensate') =>
    operationsOf(events, { name: 'open' }, { attempt: 1, phase }).map(({ id }) => id);
  expect(ids('execute')).toEqual(['1', '3']);
  expect(ids('compensate')).toEqual(['2']);
});
