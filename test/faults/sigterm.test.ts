import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cancel, getCandidate, listAll, start, startForSure, untilAllCompleted } from '../support/api.ts';
import { type Dispatch, candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(60, 600);
/** LOOM_SHUTDOWN_SECONDS. */
const BOUND_MS = 25_000;
const ID = 'terminated';

test.each([
  [inForm(2, 20), 'a server with both roles', false],
  [inForm(1, 20), 'API and engine apart', true],
] as const)(
  `promise 9: %i times SIGTERM to %s under load loses no accepted request, and each exit is within the bound (trap 3)`,
  async (rounds, _, isApart) => {
    const stack = await startStack({ name: 'sigterm', isApart, env: { LOOM_LOG_LEVEL: 'info' } });
    const { client, api, engine } = stack;
    /** Runs that are cancelled, one a round: their steps end only after all of this. */
    const held = Array.from({ length: rounds }, (_, round) => `held-${round}`);
    let isReleased = false;
    const reported: { readonly dispatch: Dispatch; readonly status: number }[] = [];
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: api.url,
        id: ID,
        steps: ['one', 'two', 'three'],
        candidates: [...named(RUNS), ...held.map((id) => ({ id }))],
        onDispatch: (dispatch, self) => {
          if (!isReleased && held.includes(dispatch.candidate.id)) return { status: 202 };
          setImmediate(() => {
            // Sent once, and again only when it was not accepted: an accepted one must not need a second.
            void (async () => {
              const status = await self.report(dispatch, { status: 'succeeded' });
              reported.push({ dispatch, status });
            })();
          });
          return { status: 202 };
        },
      }),
    );
    /** Answered with 202, by candidate. */
    const accepted = new Map<string, number>();
    let asked = 0;
    let isLoading = true;
    const starting = (async () => {
      const random = createRandom(9);
      for (const { id } of named(RUNS)) {
        if (!isLoading) return;
        asked += 1;
        void start(client, ID, id).then(
          (status) => accepted.set(id, status),
          () => accepted.set(id, 0),
        );
        await delay(random() * inForm(90, 150));
      }
    })();

    const random = createRandom(99);
    const submitted: string[] = [];
    const cancelled: string[] = [];
    for (const [round, toCancel] of held.entries()) {
      await startForSure(client, ID, toCancel);
      await delay(300 + random() * 1_500);
      const submitting = worker
        .submit([{ id: `late-${round}` }])
        .then((status) => status === 200 && submitted.push(`late-${round}`))
        .catch(() => undefined);
      const cancelling = cancel(client, ID, toCancel)
        .then((status) => status === 202 && cancelled.push(toCancel))
        .catch(() => undefined);
      // Some of it is answered before the signal comes, some while the server shuts down.
      await delay(random() * 10);
      const terminated = [...new Set([api, engine])];
      await Promise.all(
        terminated.map(async (part) => {
          const began = Date.now();
          process.kill(part.pid, 'SIGTERM');
          const exit = await part.waitForExit();
          const tookMs = Date.now() - began;
          process.stderr.write(`exit of ${part.name} after ${tookMs} ms\n`);
          expect(exit).toMatchObject({ code: 0, signal: null });
          expect(part.tail(5)).toContain('"shut down"');
          expect(tookMs).toBeLessThanOrEqual(BOUND_MS);
        }),
      );
      await Promise.all([submitting, cancelling]);
      await Promise.all(terminated.map((part) => part.restart()));
    }
    isLoading = false;
    await starting;
    await until('every answer', async () => accepted.size === asked && reported.length > 0);

    const promised = [...accepted].filter(([, status]) => status === 202).map(([id]) => id);
    const others = named(RUNS).filter(({ id }) => !promised.includes(id));
    process.stderr.write(`${promised.length} starts were accepted\n`);
    expect(promised.length).toBeGreaterThan(0);
    await until(
      'every accepted start to complete',
      async () => {
        const all = await Promise.all(promised.map((id) => getCandidate(client, ID, id)));
        return all.every(({ status }) => status === 'completed');
      },
      { timeoutMs: 90_000, everyMs: 500 },
    );
    process.stderr.write(`${cancelled.length} cancels and ${submitted.length} submissions were accepted\n`);
    await until('every accepted cancel to end its run', async () => {
      const all = await Promise.all(cancelled.map((id) => getCandidate(client, ID, id)));
      return all.every(({ status, runState }) => status === 'not_started' && runState === undefined);
    });
    expect(reported.filter(({ status }) => status !== 202 && status !== 410)).toEqual([]);
    // What was refused, or got no answer, is started as its caller would: nothing is in between.
    const listed = (await listAll(client, ID)).map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining(submitted));
    const late = listed.filter((id) => id.startsWith('late-')).map((id) => ({ id }));
    for (const id of held.filter((one) => !cancelled.includes(one))) {
      await until('the cancel', async () => [202, 409].includes(await cancel(client, ID, id)));
    }
    await until('no held run to be open', async () => {
      const all = await Promise.all(held.map((id) => getCandidate(client, ID, id)));
      return all.every(({ runState }) => runState === undefined);
    });
    isReleased = true;
    await Promise.all(
      [...others, ...late, ...held.map((id) => ({ id }))].map(({ id }) => startForSure(client, ID, id)),
    );
    await untilAllCompleted(client, ID, 120_000);
    expect(worker.deliveries.length).toBeGreaterThanOrEqual(RUNS * 3);
  },
  LIMIT_MS,
);
