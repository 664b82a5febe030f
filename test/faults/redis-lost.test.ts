import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getCandidate, getSteps, listAll, start, startForSure } from '../support/api.ts';
import {
  type ContractWorker,
  type Dispatch,
  candidates as named,
  startContractWorker,
} from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { redisCommand } from '../support/redis-command.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

/** How many of each kind: in the long form 200 open ones that an older store knows, 100 that it does not, 200 completed. */
const RUNS = {
  first: inForm(4, 100),
  second: inForm(4, 100),
  told: inForm(4, 100),
  done: inForm(4, 200),
} as const;
const ID = 'forgotten';
/** In their first step; in their second behind one without and one with outputs; completed. */
const KINDS = ['first', 'second', 'told', 'done'] as const;
type Kind = (typeof KINDS)[number];
const ids = (kind: Kind) => named(RUNS[kind]).map(({ id }) => `${kind}-${id}`);
const everyCandidate = KINDS.flatMap(ids).map((id) => ({ id }));

async function startWorker(stack: Stack): Promise<ContractWorker> {
  return stack.keep(
    await startContractWorker({
      serverUrl: stack.api.url,
      id: ID,
      steps: ['one', 'two'],
      candidates: everyCandidate,
      onDispatch: () => ({ status: 202 }),
    }),
  );
}

const dispatchOf = (worker: ContractWorker, id: string, step: string, runId?: string): Promise<Dispatch> =>
  until(`dispatch of ${step} for ${id}`, async () =>
    worker.deliveries.find(
      (one) =>
        one.candidate.id === id && one.stepName === step && (runId === undefined || one.runId === runId),
    ),
  );

async function endFirstStep(worker: ContractWorker, kind: Kind, id: string): Promise<Dispatch> {
  const outputs = kind === 'told' ? { branch: `of-${id}` } : undefined;
  const one = await dispatchOf(worker, id, 'one');
  await worker.report(one, { status: 'succeeded', ...(outputs === undefined ? {} : { outputs }) });
  return dispatchOf(worker, id, 'two');
}

async function bringAbout({ client }: Stack, worker: ContractWorker, kinds: readonly Kind[]): Promise<void> {
  const goOn = async (kind: Kind, id: string) => {
    await startForSure(client, ID, id);
    await dispatchOf(worker, id, 'one');
    if (kind === 'first') return;
    const two = await endFirstStep(worker, kind, id);
    if (kind !== 'done') return;
    await worker.report(two, { status: 'succeeded' });
    await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
  };
  await Promise.all(kinds.flatMap((kind) => ids(kind).map((id) => goOn(kind, id))));
}

/** From the step on in which it is. */
async function completeRun(client: Stack['client'], worker: ContractWorker, id: string): Promise<void> {
  const { runId, step } = await getCandidate(client, ID, id);
  for (const name of step === 'two' ? ['two'] : ['one', 'two']) {
    const status = await worker.report(await dispatchOf(worker, id, name, runId), { status: 'succeeded' });
    expect(status).toBe(202);
  }
  await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
}

/** They are what they were, nobody can start them again, and nobody was given anything of them. */
async function expectCompleted(
  { client }: Stack,
  worker: ContractWorker,
  { runIds, since }: { readonly runIds: ReadonlyMap<string, string | undefined>; readonly since: number },
): Promise<void> {
  await until('what completed to be so again', async () => {
    const all = await listAll(client, ID);
    return ids('done').every((id) => all.find((one) => one.id === id)?.status === 'completed');
  });
  for (const id of ids('done')) {
    expect(await getCandidate(client, ID, id)).toMatchObject({ status: 'completed', runId: runIds.get(id) });
    expect(await start(client, ID, id)).toBe(409);
    const { steps } = await getSteps(client, ID, id);
    expect(steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  }
  const given = worker.deliveries.slice(since);
  expect(given.filter(({ candidate }) => candidate.id.startsWith('done'))).toEqual([]);
}

/** What their first step gave was in the store only. */
async function expectToldLost(
  { client }: Stack,
  worker: ContractWorker,
  runIds: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  await untilState(client, 'told', 'lost');
  await inTens(ids('told'), async (id) => {
    const { status, who, reason, runId } = await getCandidate(client, ID, id);
    expect({ status, who, runId }).toEqual({
      ...{ status: 'not_started', who: 'operator', runId: runIds.get(id) },
    });
    expect(reason).toContain('outputs');
    const { steps } = await getSteps(client, ID, id);
    expect(steps.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
      ['succeeded'],
      ['cancelled'],
    ]);
    expect(await start(client, ID, id)).toBe(202);
    await completeRun(client, worker, id);
  });
}

async function inTens(all: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += 10) await Promise.all(all.slice(from, from + 10).map(work));
}

async function untilState(client: Stack['client'], kind: Kind, runState: string): Promise<void> {
  await until(`${kind} to be ${runState}`, async () => {
    const all = await listAll(client, ID);
    return ids(kind).every((id) => all.find((one) => one.id === id)?.runState === runState);
  });
}

test(
  `promise 10: after Redis was emptied under ${RUNS.first + RUNS.second + RUNS.told} open and ${RUNS.done} completed runs, open ones go on or are marked for a person, and what completed stays so`,
  async () => {
    const stack = await startStack({ name: 'redis-emptied' });
    const { client } = stack;
    const worker = await startWorker(stack);
    await bringAbout(stack, worker, KINDS);
    const runIds = new Map((await listAll(client, ID)).map(({ id, runId }) => [id, runId]));
    const since = worker.deliveries.length;

    await redisCommand(stack.redis.url, 'FLUSHALL');
    // Its heartbeat is answered 404, so it announces and discovers again.
    await until('the announcement', async () => (await worker.submit(everyCandidate)) === 200);
    const [first = ''] = ids('done');
    // Also before the check has been here.
    expect(await start(client, ID, first)).toBe(409);

    const announced = Date.now();
    await untilState(client, 'first', 'in_progress');
    await untilState(client, 'second', 'in_progress');
    await expectCompleted(stack, worker, { runIds, since });
    process.stderr.write(`restored or marked ${Date.now() - announced} ms after the announcement\n`);
    await inTens([...ids('first'), ...ids('second')], async (id) => {
      expect((await getCandidate(client, ID, id)).runId).toBe(runIds.get(id));
      await completeRun(client, worker, id);
    });
    // Every run that was dispatched is one that had been started before: nothing has started again.
    expect(new Set(worker.deliveries.map(({ runId }) => runId))).toEqual(new Set(runIds.values()));
    await expectToldLost(stack, worker, runIds);
  },
  LIMIT_MS,
);

test(
  `promise 10: after Redis was restored from an older state of ${RUNS.second + RUNS.told} open and ${RUNS.done} later completed runs, runs go on from where they are, and what completed since has completed`,
  async () => {
    const stack = await startStack({ name: 'redis-older' });
    const { client, redis, dir } = stack;
    const worker = await startWorker(stack);
    const live = join(dir, 'redis');
    const kept = join(dir, 'redis-kept');
    // These are in their first step when the state is kept, and go on before the loss.
    const known = [...ids('second'), ...ids('told'), ...ids('done')];
    await Promise.all(known.map((id) => startForSure(client, ID, id)));
    await Promise.all(known.map((id) => dispatchOf(worker, id, 'one')));
    await redis.kill('SIGKILL');
    await cp(live, kept, { recursive: true });
    await redis.restart();
    await until('the store', async () => (await listAll(client, ID)).length === everyCandidate.length);
    await inTens(ids('done'), (id) => completeRun(client, worker, id));
    for (const kind of ['second', 'told'] as const)
      await Promise.all(ids(kind).map((id) => endFirstStep(worker, kind, id)));
    await bringAbout(stack, worker, ['first']);
    const runIds = new Map((await listAll(client, ID)).map(({ id, runId }) => [id, runId]));
    const since = worker.deliveries.length;

    await redis.kill('SIGKILL');
    await rm(live, { recursive: true });
    await cp(kept, live, { recursive: true });
    await redis.restart();

    const restored = Date.now();
    await untilState(client, 'first', 'in_progress');
    await until('the second steps', async () => {
      const all = await listAll(client, ID);
      return ids('second').every((id) => all.find((one) => one.id === id)?.step === 'two');
    });
    await expectCompleted(stack, worker, { runIds, since });
    process.stderr.write(`caught up ${Date.now() - restored} ms after the restore\n`);
    await inTens([...ids('first'), ...ids('second')], async (id) => {
      expect((await getCandidate(client, ID, id)).runId).toBe(runIds.get(id));
      await completeRun(client, worker, id);
    });
    await expectToldLost(stack, worker, runIds);
  },
  LIMIT_MS,
);
