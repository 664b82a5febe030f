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

/** Of each kind. */
const RUNS = inForm(4, 100);
const ID = 'forgotten';
const KINDS = ['first', 'second', 'done'] as const;
type Kind = (typeof KINDS)[number];
const ids = (kind: Kind) => named(RUNS).map(({ id }) => `${kind}-${id}`);
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

/** Runs in their first step, in their second, and completed ones. */
async function bringAbout({ client }: Stack, worker: ContractWorker, kinds: readonly Kind[]): Promise<void> {
  const goOn = async (kind: Kind, id: string) => {
    await startForSure(client, ID, id);
    const one = await dispatchOf(worker, id, 'one');
    if (kind === 'first') return;
    await worker.report(one, { status: 'succeeded' });
    const two = await dispatchOf(worker, id, 'two');
    if (kind === 'second') return;
    await worker.report(two, { status: 'succeeded' });
    await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
  };
  await Promise.all(kinds.flatMap((kind) => ids(kind).map((id) => goOn(kind, id))));
}

async function completeRun(client: Stack['client'], worker: ContractWorker, id: string): Promise<void> {
  const { runId } = await getCandidate(client, ID, id);
  for (const step of ['one', 'two']) {
    const status = await worker.report(await dispatchOf(worker, id, step, runId), { status: 'succeeded' });
    expect(status).toBe(202);
  }
  await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
}

async function untilState(client: Stack['client'], kind: Kind, runState: string): Promise<void> {
  await until(`${kind} to be ${runState}`, async () => {
    const all = await listAll(client, ID);
    return ids(kind).every((id) => all.find((one) => one.id === id)?.runState === runState);
  });
}

test(
  `promise 10: after Redis was emptied under ${RUNS * 3} runs, open ones go on or are marked for a person, and nothing starts by itself`,
  async () => {
    const stack = await startStack({ name: 'redis-emptied' });
    const { client } = stack;
    const worker = await startWorker(stack);
    await bringAbout(stack, worker, KINDS);
    const runIds = new Map((await listAll(client, ID)).map(({ id, runId }) => [id, runId]));

    await redisCommand(stack.redis.url, 'FLUSHALL');
    // Its heartbeat is answered 404, so it announces and discovers again.
    await until('the announcement', async () => (await worker.submit(everyCandidate)) === 200);

    const announced = Date.now();
    await untilState(client, 'first', 'in_progress');
    await untilState(client, 'second', 'lost');
    process.stderr.write(`restored or marked ${Date.now() - announced} ms after the announcement\n`);
    for (const id of ids('first')) {
      expect((await getCandidate(client, ID, id)).runId).toBe(runIds.get(id));
      await completeRun(client, worker, id);
    }
    for (const id of ids('second')) {
      const { status, who, reason, runId } = await getCandidate(client, ID, id);
      expect({ status, who, runId }).toEqual({
        status: 'not_started',
        who: 'operator',
        runId: runIds.get(id),
      });
      expect(reason).toContain('outputs');
      const { steps } = await getSteps(client, ID, id);
      expect(steps.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
        ['succeeded'],
        ['cancelled'],
      ]);
    }
    // Every run that was dispatched is one that had been started before: nothing has started again.
    expect(new Set(worker.deliveries.map(({ runId }) => runId))).toEqual(new Set(runIds.values()));

    for (const id of ids('second')) {
      expect(await start(client, ID, id)).toBe(202);
      await completeRun(client, worker, id);
    }
  },
  LIMIT_MS,
);

test(
  `promise 10: after Redis was restored from an older state, runs that it does not know go on, and those that ended since are marked for a person`,
  async () => {
    const stack = await startStack({ name: 'redis-older' });
    const { client, redis, dir } = stack;
    const worker = await startWorker(stack);
    const live = join(dir, 'redis');
    const kept = join(dir, 'redis-kept');
    // What will have completed by the time of the loss is under way when the state is kept.
    await Promise.all(ids('done').map((id) => startForSure(client, ID, id)));
    await Promise.all(ids('done').map((id) => dispatchOf(worker, id, 'one')));
    await redis.kill('SIGKILL');
    await cp(live, kept, { recursive: true });
    await redis.restart();
    await until('the store', async () => (await listAll(client, ID)).length === everyCandidate.length);
    for (const id of ids('done')) await completeRun(client, worker, id);
    await bringAbout(stack, worker, ['first']);
    const runIds = new Map((await listAll(client, ID)).map(({ id, runId }) => [id, runId]));
    const delivered = worker.deliveries.length;

    await redis.kill('SIGKILL');
    await rm(live, { recursive: true });
    await cp(kept, live, { recursive: true });
    await redis.restart();

    await untilState(client, 'done', 'lost');
    await untilState(client, 'first', 'in_progress');
    for (const id of ids('done')) {
      expect(await getCandidate(client, ID, id)).toMatchObject({ who: 'operator', runId: runIds.get(id) });
    }
    for (const id of ids('first')) {
      expect((await getCandidate(client, ID, id)).runId).toBe(runIds.get(id));
      await completeRun(client, worker, id);
    }
    const since = worker.deliveries.slice(delivered);
    expect(since.filter(({ candidate }) => candidate.id.startsWith('done'))).toEqual([]);
  },
  LIMIT_MS,
);
