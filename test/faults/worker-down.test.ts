import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { openLink } from '../support/link.ts';
import { startStack } from '../support/stack.ts';

const RUNS = inForm(100, 500);
const DOWN_MS = inForm(7_000, 600_000);
const MINUTE_MS = 60_000;
const DIALS_A_MINUTE = 60;
const ID = 'down';
const NEIGHBOUR = 'neighbour';

test(
  `promise 8: a worker that is down for ${DOWN_MS / 1_000} s under ${RUNS} runs is dialled at most ${DIALS_A_MINUTE} times a minute, and all finish after its return`,
  async () => {
    const stack = await startStack({ name: 'down' });
    const { client, keep } = stack;
    let link: Awaited<ReturnType<typeof openLink>> | undefined;
    const worker = keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: named(RUNS),
        reachedAt: async (address) => {
          link = keep(await openLink(address));
          return link.address;
        },
      }),
    );
    const neighbour = keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: NEIGHBOUR,
        steps: ['one'],
        candidates: named(1),
      }),
    );
    if (link === undefined) throw new Error('The worker has no link.');

    // At first its lease holds, so that only the breaker keeps the dials down; later it is known to be dead.
    link.cut();
    const wentDown = Date.now();
    await Promise.all(named(RUNS).map(({ id }) => startForSure(client, ID, id)));
    await delay(DOWN_MS / 2);
    worker.silence(true);
    await startForSure(client, NEIGHBOUR, 'candidate-0');
    await untilAllCompleted(client, NEIGHBOUR, 10_000);
    expect(neighbour.deliveries.length).toBe(1);
    await delay(Math.max(0, DOWN_MS - (Date.now() - wentDown)));

    const dials = link.connections.filter((at) => at >= wentDown);
    const mostInAMinute = Math.max(
      0,
      ...dials.map((from) => dials.filter((at) => at >= from && at < from + MINUTE_MS).length),
    );
    process.stderr.write(`${dials.length} dials while it was down, at most ${mostInAMinute} in a minute\n`);
    expect(mostInAMinute).toBeGreaterThan(0);
    expect(mostInAMinute).toBeLessThanOrEqual(DIALS_A_MINUTE);
    expect(worker.deliveries).toEqual([]);
    const waiting = await listAll(client, ID);
    expect(waiting.every(({ runState, who }) => runState === 'awaiting_worker' && who === 'worker')).toBe(
      true,
    );
    expect(waiting.every(({ reason }) => (reason ?? '') !== '')).toBe(true);

    link.heal();
    worker.silence(false);
    const returned = Date.now();
    await worker.announce();
    await untilAllCompleted(client, ID, 120_000);
    process.stderr.write(`all done ${Date.now() - returned} ms after its return\n`);
    expect(new Set(worker.deliveries.map((one) => one.idempotencyKey)).size).toBe(RUNS * 2);
  },
  LIMIT_MS,
);
