import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCallbackTokens } from '../../server/src/adapters/worker-http/callback-tokens.ts';
import { type Api, cancel, candidateAt, getCandidate, getSteps, startForSure } from '../support/api.ts';
import { type ContractWorker, type Dispatch, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom, type Random } from '../support/random.ts';
import { startStack } from '../support/stack.ts';
import { countFailedTasks } from '../support/stuck-tasks.ts';
import { until } from '../support/until.ts';

const CALLBACKS = inForm(600, 10_000);
const AT_ONCE = 8;
const ID = 'hostile';
const SECRET = 'a secret that the test knows so that it can forge';

/** Where a run is when it is attacked. */
const SITUATIONS = ['open', 'failed', 'retried', 'completed', 'cancelled'] as const;
type Situation = (typeof SITUATIONS)[number];

interface Hostile {
  readonly kind: string;
  readonly to: string;
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
}

const { sign } = createCallbackTokens([SECRET]);

test(
  `promise 3: ${CALLBACKS} stale, forged, early and malformed callbacks move no step, stop no workflow task, and get a 4xx each`,
  async () => {
    const stack = await startStack({ name: 'hostile', env: { LOOM_SECRET: SECRET } });
    const { client } = stack;
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: [...SITUATIONS, 'untouched'].map((id) => ({ id })),
        onDispatch: () => ({ status: 202 }),
      }),
    );
    const current = await bringAbout(client, worker);
    const states = () =>
      Promise.all(
        SITUATIONS.map(async (id) => {
          const { status, runState, step, attempt } = await getCandidate(client, ID, id);
          const { steps } = await getSteps(client, ID, id);
          return { id, status, runState, step, attempt, steps };
        }),
      );
    const before = await states();
    const delivered = worker.deliveries.length;

    const random = createRandom(1_104);
    const wrong: string[] = [];
    const kinds = new Map<string, number>();
    let left = CALLBACKS;
    const attack = async () => {
      while (left > 0) {
        left -= 1;
        const { kind, to, body, headers } = compose(random, current);
        const { status, text } = await post(to, body, headers);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (status < 400 || status >= 500) wrong.push(`${kind}: ${status} ${text.slice(0, 200)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, attack));

    expect(wrong).toEqual([]);
    expect(kinds.size).toBe(KINDS);
    expect(await states()).toEqual(before);
    expect(worker.deliveries.length).toBe(delivered);
    for (const id of SITUATIONS) {
      expect(await countFailedTasks(stack.temporalClient, `${ID}__${id}`), id).toBe(0);
    }

    // What is open goes on as if nothing had been.
    for (const situation of ['open', 'retried'] as const) {
      expect(await worker.report(current.get(situation) as Dispatch, { status: 'succeeded' })).toBe(202);
      const next = await untilDispatched(worker, situation, 'two');
      expect(await worker.report(next, { status: 'succeeded' })).toBe(202);
      await until('the end', async () => (await getCandidate(client, ID, situation)).status === 'completed');
    }
  },
  LIMIT_MS,
);

/** Brings a candidate into each situation, and gives the newest dispatch of each. */
async function bringAbout(client: Api, worker: ContractWorker): Promise<ReadonlyMap<Situation, Dispatch>> {
  const current = new Map<Situation, Dispatch>();
  await Promise.all(
    SITUATIONS.map(async (id) => {
      await startForSure(client, ID, id);
      current.set(id, await untilDispatched(worker, id, 'one'));
      const state = async () => (await getCandidate(client, ID, id)).runState;
      const fail = async () => {
        await worker.report(current.get(id) as Dispatch, { status: 'failed', message: 'No.' });
        await until('the failure', async () => (await state()) === 'awaiting_retry');
      };
      switch (id) {
        case 'open':
          break;
        case 'failed':
          await fail();
          break;
        case 'retried':
          await fail();
          await until('the retry', async () => {
            const { response } = await client.POST(
              '/migrations/{migrationId}/candidates/{candidateId}/retry-step',
              { ...candidateAt(ID, id), body: { stepName: 'one' } },
            );
            return response.status === 202;
          });
          current.set(id, await untilDispatched(worker, id, 'one', 2));
          break;
        case 'completed':
          await worker.report(current.get(id) as Dispatch, { status: 'succeeded' });
          current.set(id, await untilDispatched(worker, id, 'two'));
          await worker.report(current.get(id) as Dispatch, { status: 'succeeded' });
          await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
          break;
        case 'cancelled':
          await cancel(client, ID, id);
          await until('the end', async () => (await getCandidate(client, ID, id)).runState === undefined);
          break;
        default:
          id satisfies never;
      }
      // What is shown of a dispatch follows it.
      if (id === 'open' || id === 'retried')
        await until('its acceptance', async () => (await state()) === 'in_progress');
    }),
  );
  return current;
}

function untilDispatched(worker: ContractWorker, id: string, step: string, attempt = 1): Promise<Dispatch> {
  return until(`dispatch ${attempt} of ${step} for ${id}`, async () =>
    worker.deliveries.find(
      (one) => one.candidate.id === id && one.stepName === step && one.attempt === attempt,
    ),
  );
}

const KINDS = 23;

/** One callback that must not be taken. */
function compose(random: Random, current: ReadonlyMap<Situation, Dispatch>): Hostile {
  const over = random.pick(['failed', 'completed', 'cancelled'] as const);
  const open = random.pick(['open', 'retried'] as const);
  const of = (situation: Situation) => current.get(situation) as Dispatch;
  const status = random.pick(['succeeded', 'failed', 'merged', 'pending']);
  const contentOf = (dispatch: Dispatch) => ({
    runId: dispatch.runId,
    stepName: dispatch.stepName,
    candidateId: dispatch.candidate.id,
    phase: dispatch.phase,
    attempt: dispatch.attempt,
    eventId: randomUUID(),
    status,
    message: `Message ${random()}`,
  });
  const send = (
    kind: string,
    dispatch: Dispatch,
    body: unknown,
    token = dispatch.callbackToken,
  ): Hostile => ({
    kind,
    to: dispatch.callbackUrl,
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
  /** With a token that fits what it says. */
  const signed = (kind: string, dispatch: Dispatch, change: object): Hostile => {
    const content = { ...contentOf(dispatch), ...change };
    return send(kind, dispatch, content, sign(content));
  };
  const target = of(open);
  const stale = of('retried');
  const makers: readonly (() => Hostile)[] = [
    () => send('stale: the run is over', of(over), contentOf(of(over))),
    () => signed('stale: an older attempt', stale, { attempt: 1 }),
    () => send('forged: no such token', target, contentOf(target), randomUUID()),
    () => send('forged: an empty token', target, contentOf(target), ' '),
    () => send('forged: the token of another run', target, contentOf(target), of(over).callbackToken),
    () =>
      send(
        'forged: the token of another attempt',
        stale,
        contentOf(stale),
        sign({ ...contentOf(stale), attempt: 1 }),
      ),
    () => signed('forged: a run of another candidate', target, { runId: of(over).runId }),
    () => signed('forged: a run that never was', target, { runId: randomUUID() }),
    () => signed('forged: another candidate in the body', target, { candidateId: over }),
    () => {
      const hostile = signed('forged: a candidate that never ran', target, { candidateId: 'untouched' });
      return { ...hostile, to: hostile.to.replace(open, 'untouched') };
    },
    () => signed('early: the next step', target, { stepName: 'two', attempt: 1 }),
    () => signed('early: the next attempt', target, { attempt: target.attempt + 1 + random.below(5) }),
    () => signed('early: an undo', target, { phase: 'compensate', attempt: 1 }),
    () => signed('malformed: no such step', target, { stepName: 'three' }),
    () => signed('malformed: an unknown status', target, { status: 'done' }),
    () => signed('malformed: a long message', target, { message: 'x'.repeat(3_000) }),
    () => signed('malformed: large outputs', target, { outputs: { x: 'x'.repeat(70_000) } }),
    () => send('malformed: 5 MB', target, { ...contentOf(target), metadata: { x: 'x'.repeat(5_000_000) } }),
    () => send('malformed: no object', target, random.pick(['', '[]', 'null', '"', '{', '7', '{"a":1}'])),
    () => send('malformed: no UTF-8', target, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
    () =>
      send('malformed: a wrong type', target, {
        ...contentOf(target),
        ...random.pick([{ attempt: '1' }, { attempt: 0 }, { runId: {} }, { eventId: 1 }]),
      }),
    () => send('malformed: deep', target, `${'{"metadata":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
    () =>
      send(
        'malformed: a prototype',
        target,
        JSON.stringify(contentOf(target)).replace(
          '{',
          '{"__proto__":{"status":"succeeded"},"constructor":{},',
        ),
      ),
  ];
  return random.pick(makers)();
}

async function post(to: string, body: string | Buffer, headers: Record<string, string>) {
  try {
    const response = await fetch(to, { method: 'POST', body: body as BodyInit, headers });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    // A body that is far too large may be answered, and the connection closed, before it was sent.
    const code = (error as { readonly cause?: { readonly code?: string } }).cause?.code ?? '';
    if (body.length > 1_000_000 && ['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code)) {
      return { status: 413, text: code };
    }
    throw error;
  }
}
