import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, REF, type World } from '../../test/builders/application-world.ts';
import { aCandidate, aStep, MIGRATION } from '../../test/contracts/builders.ts';
import type { CandidateFacts } from '../domain/candidate.ts';
import { submitCandidates } from './submit-candidates.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.announce();
});
const submit = (candidates: readonly CandidateFacts[], more = {}) =>
  submitCandidates(world)({ migrationId: MIGRATION, discoveryId: 'd-2', candidates, final: false, ...more });

describe('a submission', () => {
  test('says what it added, changed and left', async () => {
    const known = aCandidate(REF.candidateId);

    expect(await submit([known, aCandidate('org/api')])).toMatchObject({
      ok: true,
      value: { added: 1, unchanged: 1, updated: 0, gone: 0, warnings: [] },
    });
    expect(await submit([aCandidate('org/api', { kind: 'service' })], { final: true })).toMatchObject({
      value: { updated: 1 },
    });
  });

  test('with one bad candidate is refused whole', async () => {
    const steps = [aStep('one', { when: '(' })];
    const refused = await submit([aCandidate('org/api'), aCandidate(' '), aCandidate('org/own', { steps })]);

    expect(refused).toMatchObject({
      problem: {
        word: 'invalid-request',
        detail: '2 candidate(s) do not fit; nothing was changed.',
        errors: [{ path: '/candidates/1/id' }, { path: '/candidates/2/steps/0/when' }],
      },
    });
    expect((await world.store.countCandidates(MIGRATION)).total).toBe(1);
  });

  test('to a migration that is not there says to announce it first', async () => {
    expect(await submit([], { migrationId: 'ghost' })).toMatchObject({
      problem: { word: 'not-found', detail: 'There is no migration "ghost"; announce it first.' },
    });
  });

  test('names the labels that cannot be filtered by', async () => {
    const many = Array.from({ length: 501 }, (_, n) => aCandidate(`org/${n}`, { labels: { tier: `t${n}` } }));

    expect(await submit(many)).toMatchObject({
      value: { warnings: [{ message: expect.stringContaining('"tier"') }] },
    });
  });
});
