import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { components } from '@loom/api';
import { type Api, createApi } from './api.ts';

type Schemas = components['schemas'];
export type Dispatch = Schemas['StepDispatch'];
export type SubmittedCandidate = Partial<Schemas['SubmittedCandidate']> & { readonly id: string };
type Result = Pick<Schemas['StepCallback'], 'status'> & Partial<Omit<Schemas['StepCallback'], 'status'>>;

/** Of the worker to a dispatch; 202 says that it calls back. */
export interface DispatchAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ContractWorkerOptions {
  readonly serverUrl: string;
  /** Of the migration and the worker app. */
  readonly id: string;
  /** Of the migration; its id where none is given. */
  readonly name?: string;
  readonly steps: readonly (string | (Partial<Schemas['Step']> & { readonly name: string }))[];
  readonly candidates: readonly SubmittedCandidate[];
  readonly requiredInputs?: NonNullable<Schemas['Announcement']['requiredInputs']>;
  readonly labelKeys?: readonly string[];
  /** More or fewer than to undo and to cancel. */
  readonly capabilities?: Partial<Schemas['Capabilities']>;
  /** Where the server reaches it, such as by a link. */
  readonly reachedAt?: (address: string) => Promise<string>;
  /** How it answers a cancellation; default: that it stops, and has not stopped yet. */
  readonly onCancel?: () => number;
  /** What it does with a dispatch; default: accepts, and says a moment later that the step succeeded. */
  readonly onDispatch?: (
    dispatch: Dispatch,
    worker: ContractWorker,
  ) => DispatchAnswer | Promise<DispatchAnswer>;
  /** What it answers to anything else, such as `/discover`; default: 404. */
  readonly onRequest?: (
    path: string,
    body: unknown,
    worker: ContractWorker,
  ) => DispatchAnswer | Promise<DispatchAnswer>;
}

/** A worker written from the contract alone, in this process, that does what a test says. */
export interface ContractWorker {
  readonly id: string;
  readonly instanceId: string;
  /** Its own, whatever the server was told. */
  readonly address: string;
  /** Every delivery, in the order in which it came. */
  readonly deliveries: readonly Dispatch[];
  readonly cancellations: readonly Schemas['StepCancellation'][];
  announcement(): Schemas['Announcement'];
  announce(): Promise<number>;
  submit(candidates: readonly SubmittedCandidate[], final?: boolean): Promise<number>;
  /** Sends one callback as it is; a token or an id in it replaces that of the dispatch. */
  callBack(dispatch: Dispatch, result: Result, token?: string): Promise<Response>;
  /** Repeats a callback as workers do until it is taken or refused. Gives the last status. */
  report(dispatch: Dispatch, result: Result): Promise<number>;
  /** No heartbeats, and so no lease, until it is told to go on. */
  silence(isSilent: boolean): void;
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 1_500;

export async function startContractWorker(options: ContractWorkerOptions): Promise<ContractWorker> {
  const { id, serverUrl } = options;
  const api: Api = createApi(serverUrl);
  const instanceId = `${id}-${randomUUID().slice(0, 8)}`;
  const deliveries: Dispatch[] = [];
  const cancellations: Schemas['StepCancellation'][] = [];
  /** Accepted and not yet reported. */
  const busy = new Map<string, Schemas['BusyAttempt']>();
  const stopping = new AbortController();
  let isSilent = false;

  const server = createServer((request, response) => {
    const answer = async (): Promise<DispatchAnswer> => {
      if (request.url === '/healthz') return { status: 200, body: { status: 'ok' } };
      if (request.url === '/cancel-step') {
        cancellations.push((await readJson(request)) as Schemas['StepCancellation']);
        return { status: options.onCancel?.() ?? 202 };
      }
      if (request.url !== '/dispatch-step') {
        const asked = await readJson(request);
        return (await options.onRequest?.(request.url ?? '/', asked, worker)) ?? { status: 404 };
      }
      const dispatch = (await readJson(request)) as Dispatch;
      deliveries.push(dispatch);
      const answered = await (options.onDispatch ?? acceptAndSucceed)(dispatch, worker);
      if (answered.status === 202) {
        const { runId, stepName, phase, attempt, idempotencyKey } = dispatch;
        busy.set(idempotencyKey, { runId, stepName, phase, attempt, idempotencyKey });
      }
      return answered;
    };
    answer().then(
      ({ status, body, headers }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(body === undefined ? '' : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workerUrl = `http://${(await options.reachedAt?.(address)) ?? address}`;

  const worker: ContractWorker = {
    id,
    instanceId,
    address,
    deliveries,
    cancellations,
    announcement: () => ({
      id,
      name: options.name ?? id,
      workerApp: id,
      workerUrl,
      instanceId,
      protocolVersion: 1,
      requiredInputs: [...(options.requiredInputs ?? [])],
      labelKeys: [...(options.labelKeys ?? [])],
      steps: options.steps.map((step) => ({
        workerApp: id,
        kind: 'dispatch',
        compensable: false,
        ...(typeof step === 'string' ? { name: step } : step),
      })),
      capabilities: {
        ...{ dryRun: false, compensate: true, cancel: true, discover: false },
        ...options.capabilities,
      },
      singleInstance: false,
    }),
    announce: async () => {
      const { response } = await api.POST('/registry/announce', { body: worker.announcement() });
      return response.status;
    },
    submit: async (candidates, final = false) => {
      const { response } = await api.POST('/migrations/{migrationId}/candidates', {
        params: { path: { migrationId: id } },
        body: {
          discoveryId: randomUUID(),
          candidates: candidates.map((one) => ({ kind: 'thing', ...one })),
          final,
        },
      });
      return response.status;
    },
    callBack: (dispatch, result, token = dispatch.callbackToken) => {
      const { runId, stepName, phase, attempt, candidate } = dispatch;
      const body = { runId, stepName, candidateId: candidate.id, phase, attempt, eventId: randomUUID() };
      return fetch(dispatch.callbackUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...body, ...result }),
        signal: AbortSignal.timeout(15_000),
      });
    },
    report: async (dispatch, result) => {
      const same = { eventId: randomUUID(), ...result };
      for (;;) {
        const status = await worker.callBack(dispatch, same).then(
          async (response) => {
            await response.body?.cancel();
            return response.status;
          },
          () => 0,
        );
        const isOver = (status >= 200 && status < 500 && status !== 429) || stopping.signal.aborted;
        if (isOver) {
          if (result.status !== 'pending') busy.delete(dispatch.idempotencyKey);
          return status;
        }
        await pause(200);
      }
    },
    silence: (silent) => {
      isSilent = silent;
    },
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };

  const beating = setInterval(() => {
    if (isSilent) return;
    const body = { workerApp: id, instanceId, busy: [...busy.values()] };
    void api
      .POST('/registry/heartbeat', { body })
      .then(
        ({ response }) => (response.status === 404 ? worker.announce() : undefined),
        () => undefined, // the server is away
      )
      .catch(() => undefined);
  }, HEARTBEAT_MS);
  stopping.signal.addEventListener('abort', () => clearInterval(beating));

  try {
    const announced = await worker.announce();
    if (announced !== 200) throw new Error(`The announcement was answered ${announced}.`);
    for (let from = 0; from < options.candidates.length; from += 1_000) {
      await worker.submit(options.candidates.slice(from, from + 1_000));
    }
    return worker;
  } catch (error) {
    await worker.stop();
    throw error;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  }
}

const acceptAndSucceed: NonNullable<ContractWorkerOptions['onDispatch']> = (dispatch, worker) => {
  setImmediate(() => void worker.report(dispatch, { status: 'succeeded' }));
  return { status: 202 };
};

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Candidates `candidate-0`, `candidate-1`, ... */
export const candidates = (count: number): readonly { readonly id: string }[] =>
  Array.from({ length: count }, (_, index) => ({ id: `candidate-${index}` }));
