import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { components } from '@loom/api';
import { expect } from './expect.ts';
import { call } from './http.ts';

type Schemas = components['schemas'];
export type Candidate = Partial<Schemas['SubmittedCandidate']> & { readonly id: string };
type Dispatch = Schemas['StepDispatch'];

/** What the worker does with a step: calls back in the next moment, is done within its answer, or waits to be told. */
export type StepManner = 'call-back' | 'at-once' | 'hold';

export interface StepWorker {
  readonly url: string;
  /** Deliveries so far, the repeated ones included. */
  readonly deliveries: () => number;
  /** How many steps wait to be told. */
  readonly held: () => number;
  /** The oldest of them, to be finished. */
  takeHeld(count: number): readonly Dispatch[];
  behave(manner: StepManner): void;
  /** Tells steps that were held that they have succeeded. */
  finish(dispatches: readonly Dispatch[]): Promise<void>;
  announce(migrationId: string, steps: number, labelKeys?: readonly string[]): Promise<void>;
  submit(migrationId: string, candidates: readonly Candidate[], discoveryId?: string): Promise<void>;
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 5_000;
const APP = 'bench';

/** The least worker that there can be, in this process: it does nothing, so that all that costs is Loom. */
export async function startStepWorker(serverUrl: string): Promise<StepWorker> {
  const api = `${serverUrl}/api/v1`;
  const instanceId = `${APP}-${randomUUID().slice(0, 8)}`;
  const held: Dispatch[] = [];
  const busy = new Map<string, Schemas['BusyAttempt']>();
  let manner: StepManner = 'call-back';
  let deliveries = 0;
  let failure: unknown;

  const report = async (dispatch: Dispatch): Promise<void> => {
    const { runId, stepName, phase, attempt, candidate, callbackUrl, callbackToken } = dispatch;
    const body = { runId, stepName, phase, attempt, candidateId: candidate.id, ...succeeded() };
    const { status } = await call('POST', callbackUrl, body, { authorization: `Bearer ${callbackToken}` });
    expect(status === 202, `a callback was answered ${status}`);
    busy.delete(dispatch.idempotencyKey);
  };

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (request.url !== '/dispatch-step') return void response.writeHead(200).end();
      deliveries += 1;
      const dispatch = JSON.parse(body) as Dispatch;
      if (manner === 'at-once') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(succeeded()));
        return;
      }
      const { runId, stepName, phase, attempt, idempotencyKey } = dispatch;
      busy.set(idempotencyKey, { runId, stepName, phase, attempt, idempotencyKey });
      response.writeHead(202).end();
      if (manner === 'hold') held.push(dispatch);
      else
        report(dispatch).catch((error: unknown) => {
          failure ??= error;
        });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const beating = setInterval(() => {
    const body = { workerApp: APP, instanceId, busy: [...busy.values()] };
    call('POST', `${api}/registry/heartbeat`, body).catch(() => undefined); // the server is being started again
  }, HEARTBEAT_MS);

  return {
    url,
    deliveries: () => deliveries,
    held: () => held.length,
    takeHeld: (count) => held.splice(0, count),
    behave: (next) => {
      manner = next;
    },
    finish: async (dispatches) => {
      for (let from = 0; from < dispatches.length; from += 50)
        await Promise.all(dispatches.slice(from, from + 50).map(report));
    },
    announce: async (migrationId, steps, labelKeys = []) => {
      const body: Schemas['Announcement'] = {
        id: migrationId,
        name: migrationId,
        workerApp: APP,
        workerUrl: url,
        instanceId,
        protocolVersion: 1,
        labelKeys: [...labelKeys],
        singleInstance: false,
        steps: Array.from({ length: steps }, (_, index) => ({
          name: `step-${index}`,
          workerApp: APP,
          kind: 'dispatch',
          compensable: false,
        })),
        requiredInputs: [],
        capabilities: { dryRun: false, compensate: false, cancel: false, discover: false },
      };
      const { status, body: answer } = await call('POST', `${api}/registry/announce`, body);
      expect(status === 200, `the announcement was answered ${status}: ${answer}`);
    },
    submit: async (migrationId, candidates, discoveryId = randomUUID()) => {
      for (let from = 0; from < candidates.length; from += 1_000) {
        const chunk = candidates.slice(from, from + 1_000);
        const body = { discoveryId, candidates: chunk, final: from + 1_000 >= candidates.length };
        const { status, body: answer } = await call(
          'POST',
          `${api}/migrations/${migrationId}/candidates`,
          body,
        );
        expect(
          status === 200 || status === 202,
          `a submission was answered ${status}: ${answer.slice(0, 500)}`,
        );
      }
    },
    stop: async () => {
      clearInterval(beating);
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (failure !== undefined) throw failure;
    },
  };
}

function succeeded() {
  return { eventId: randomUUID(), status: 'succeeded', operations: [] };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
