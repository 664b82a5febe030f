import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  aCallback,
  aCandidate,
  aClaim,
  aDefinition,
  anAnnouncement,
  anAttempt,
  anEvent,
  aProjection,
  at,
  aView,
  MIGRATION,
} from '../../../test/contracts/builders.ts';
import { openMemoryStore, type StoreHarness } from '../../../test/contracts/store-harness.ts';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { burndownPoints, HOUR_MS } from '../../domain/burndown.ts';
import type { CandidateStatus, RunState, WhoActs } from '../../domain/run-state.ts';
import { createManualClock } from '../memory/manual-clock.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createRedisMigrationStore } from './redis-migration-store.ts';
import { verifyIndexes } from './verify-indexes.ts';

/** What both have in the same way. */
type Both = Omit<StoreHarness, 'listen'>;

const IDS = ['a', 'B', 'ä/b', 'c}', 'd:1', 'e f'];
/** Few candidates and runs meet often. */
const index = fc.nat({ max: 2 });
const run = fc.nat({ max: 3 });
const label = fc.constantFrom('red', 'blue', 'Ünïc\u0000de', '"=');

const action = fc.oneof(
  fc.record({
    do: fc.constant('submit' as const),
    which: fc.uniqueArray(fc.nat({ max: IDS.length - 1 }), { maxLength: 4 }),
    label,
    kind: fc.constantFrom('k1', 'k2'),
    discovery: fc.nat({ max: 2 }),
    final: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('announce' as const),
    keys: fc.subarray(['team', 'tier']),
    steps: fc.nat({ max: 2 }),
  }),
  fc.record({ do: fc.constant('claim' as const), index, run }),
  fc.record({ do: fc.constant('release' as const), index, run }),
  fc.record({ do: fc.constant('inputs' as const), index, value: fc.nat({ max: 9 }) }),
  fc.record({ do: fc.constant('cancel' as const), index, run }),
  fc.record({
    do: fc.constant('project' as const),
    ...{ index, run, seq: fc.nat({ max: 4 }), since: fc.nat({ max: 9 }) },
    status: fc.constantFrom<CandidateStatus>('running', 'completed', 'not_started'),
    runState: fc.constantFrom<RunState | undefined>('pending', 'cancelling', 'lost', undefined),
    who: fc.constantFrom<WhoActs | undefined>('operator', 'worker', undefined),
    isHeld: fc.boolean(),
    isOver: fc.boolean(),
    step: fc.nat({ max: 2 }),
    attempt: fc.integer({ min: 1, max: 2 }),
    outcome: fc.constantFrom('succeeded' as const, 'failed' as const, undefined),
    eventId: fc.constantFrom('e-0', 'e-1', undefined),
    message: fc.constantFrom('own', undefined),
    isFailing: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('callback' as const),
    ...{ index, run, step: fc.nat({ max: 2 }), attempt: fc.integer({ min: 1, max: 2 }) },
    eventId: fc.constantFrom('e-0', 'e-1'),
    status: fc.constantFrom('pending' as const, 'succeeded' as const),
    message: fc.constantFrom('x', 'y'),
    confirms: fc.boolean(),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(2_500, 5_000, HOUR_MS, 30 * HOUR_MS) }),
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** Runs ids are by candidate, so that both stores see the same ones again and again. */
const runId = (id: string, number: number) => `run-${number}-of-${id}`;

async function act({ store, advance }: Both, one: Action, number: number): Promise<unknown> {
  const id = 'index' in one ? (IDS[one.index] as string) : '';
  const ref = { migrationId: MIGRATION, candidateId: id, runId: 'run' in one ? runId(id, one.run) : '' };
  const event = (type: string) => anEvent({ ...ref, type, at: at(number) });
  switch (one.do) {
    case 'submit':
      return store.submitCandidates({
        ...{ migrationId: MIGRATION, discoveryId: `d-${one.discovery}`, final: one.final, at: at(number) },
        candidates: one.which.map((which) =>
          aCandidate(IDS[which] as string, {
            kind: one.kind,
            labels: { team: one.label, tier: String(which) },
          }),
        ),
      });
    case 'announce': {
      const steps = aDefinition().steps.slice(0, one.steps + 1);
      const definition = aDefinition({ labelKeys: one.keys, steps });
      const stored = await store.announce({
        ...{ definition, revision: `rev-${one.steps}`, at: at(number), maxMigrations: 10 },
        eventsOf: (change) => [event(`migration.${change}`)],
      });
      return stored;
    }
    case 'claim':
      return store
        .claimRun(aClaim(id, ref.runId, { at: at(number), event: event('run.requested') }))
        .catch(() => 'a run id that was used before');
    case 'release':
      return store.releaseClaim(ref, event('run.released'));
    case 'inputs':
      return store.setInputs(ref, { value: one.value }, event('inputs'));
    case 'cancel':
      return store.noteCancelRequest(ref, at(number));
    case 'project': {
      const { step, attempt, outcome, message, eventId: reportEventId } = one;
      // An open run has a run state.
      const runState = one.runState ?? (one.isOver ? undefined : 'in_progress');
      // As the interpreter shows what only a person goes on with.
      const fails = { runState: 'awaiting_retry', who: 'operator', stepIndex: step, attempt } as const;
      return store.project(
        aProjection(id, ref.runId, {
          ...{ seq: one.seq, at: at(number) },
          view: aView({
            status: one.status,
            runState,
            since: at(one.since),
            step: `s-${step}`,
            who: one.who,
            reason: message,
            heldBy: one.isHeld ? { kind: 'concurrency-key', id: 'k', reason: '1 before it' } : undefined,
            ...(one.isFailing && !one.isOver ? fails : {}),
          }),
          attempts: [anAttempt({ stepIndex: step, attempt, outcome, message, reportEventId })],
          events: [{ ...event('projected'), key: `k-${one.seq}` }],
          ...(one.isOver ? { ended: { outcome: 'cancelled', reason: `by ${number}` } } : {}),
          ...(one.since === 3 ? { inputs: { version: number, values: { number } } } : {}),
        }),
      );
    }
    case 'callback': {
      const { eventId, status, message, step: stepIndex, attempt } = one;
      const prUrl = `https://forge/${message}`;
      const report = { eventId, status, message, outputs: { message }, metadata: { prUrl } };
      const callback = aCallback(id, ref.runId, report, { stepIndex, attempt });
      const admission = await store.admitCallback(callback);
      if (admission.kind === 'admitted' && one.confirms)
        await store.confirmCallback(callback, [event('operation')]);
      return admission;
    }
    case 'wait':
      return advance(one.ms);
    default:
      return one satisfies never;
  }
}

const withoutId = ({ id: _, ...event }: Record<string, unknown>) => event;

/** Everything that can be read. */
async function read({ store, log }: Both): Promise<unknown> {
  const migration = await store.getMigration(MIGRATION);
  const lists = [];
  for (const sort of ['id', '-id', 'since', '-since'] as const)
    for (const filter of [
      {},
      { status: 'running' },
      { runStates: ['queued'] },
      { runStates: ['queued', 'pending', 'lost'], who: ['nobody', 'operator'] },
      { gone: true },
      { failure: 'any' },
      { q: 'ä' },
    ] as const) {
      const query = { migrationId: MIGRATION, labels: [], sort, limit: 200, ...filter };
      lists.push(await store.listCandidates(query));
    }
  for (const key of ['team', 'tier'])
    lists.push(
      await store.listCandidates({ migrationId: MIGRATION, labels: [[key, 'red']], sort: 'id', limit: 200 }),
    );
  const candidates = [];
  for (const candidateId of IDS) {
    const ref = { migrationId: MIGRATION, candidateId };
    const events = await log.list({ ...ref, limit: 200 });
    candidates.push({
      candidate: await store.getCandidate(ref),
      runs: await store.listRuns(ref, { limit: 10 }),
      events: events.kind === 'page' && events.items.map((event) => withoutId({ ...event })),
      attempts: await Promise.all(
        [0, 1, 2, 3].map(async (number) => ({
          run: await store.getRun({ ...ref, runId: runId(candidateId, number) }),
          attempts: await store.listAttempts({ ...ref, runId: runId(candidateId, number) }),
          inputs: Object.fromEntries(await store.listInputs({ ...ref, runId: runId(candidateId, number) })),
          dispatch: await store.loadDispatch({
            ...{ ...ref, runId: runId(candidateId, number), stepIndex: 1, phase: 'execute', attempt: 2 },
          }),
        })),
      ),
    });
  }
  const counts = await store.countCandidates(MIGRATION);
  const labels = await store.listLabelValues(MIGRATION);
  const open = await store.listOpenRuns(MIGRATION, undefined, 100);
  const kept = await store.readCounts(MIGRATION);
  const aggregates = {
    burndown: kept && [burndownPoints(kept, 'hour'), burndownPoints(kept, 'day')],
    failures: await store.listFailures(MIGRATION, { limit: 50 }),
    revisions: await store.listRevisions(MIGRATION, { limit: 50 }),
  };
  // Versions need only grow.
  const all = { migration, lists, candidates, counts, labels, open, aggregates };
  return JSON.parse(JSON.stringify(all, (key, value) => (key === 'version' ? undefined : value)));
}

describe('the store on Redis', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);

  test('does and shows the same as the one in memory, and its indexes agree, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
        const namespace = newNamespace();
        const clock = createManualClock();
        const options = { redis, namespace, clock };
        const redisStore: Both = {
          store: createRedisMigrationStore(options),
          log: createRedisEventLog(options),
          advance: clock.advance,
        };
        const stores = [openMemoryStore(), redisStore] as const;
        for (const { store } of stores) {
          await store.announce(anAnnouncement());
          const candidates = IDS.slice(0, 3).map((id) => aCandidate(id));
          await store.submitCandidates({
            ...{ migrationId: MIGRATION, discoveryId: 'first', final: false, at: at(0), candidates },
          });
        }
        for (const [number, one] of actions.entries()) {
          const [memory, redis] = [await act(stores[0], one, number), await act(stores[1], one, number)];
          expect(redis).toEqual(memory);
        }
        expect(await read(stores[1])).toEqual(await read(stores[0]));
        expect(await verifyIndexes(options, MIGRATION, { repair: false })).toMatchObject({ findings: [] });
      }),
      { numRuns: Number(process.env['LOOM_TEST_RUNS'] ?? 20) },
    );
  }, 300_000);
});
