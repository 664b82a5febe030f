import { expect, vi } from 'vitest';
import type { DeliveryFilter, DeliverySummary } from '../../src/application/ports/delivery-log.ts';
import type { Harness, Reply } from './http-harness.ts';

/** What many tests begin with; each step fails when the server refuses it. */

export const API = '/api/v1';
export const HELLO = `${API}/migrations/hello`;
export const WORLD = `${HELLO}/candidates/world`;

export function announcement(harness: Harness, over: object = {}) {
  return {
    id: 'hello',
    name: 'Hello, world',
    description: 'Greets each name.',
    owner: 'platform',
    overview: '# Hello',
    workerApp: 'greeter',
    workerUrl: harness.worker.url,
    instanceId: 'i-1',
    version: '1.0.0',
    protocolVersion: 1,
    requiredInputs: [{ name: 'greeting', default: 'Hello' }],
    labelKeys: ['team'],
    steps: [
      { name: 'greet', workerApp: 'greeter', retry: { maxAttempts: 2 } },
      { name: 'check', workerApp: 'greeter', kind: 'review' },
    ],
    candidates: [{ id: 'world', kind: 'name', labels: { team: 'earth' } }],
    capabilities: { dryRun: true, cancel: true, discover: true },
    ...over,
  };
}

export async function announce(harness: Harness, over: object = {}): Promise<Reply> {
  return succeed(await harness.send('POST', `${API}/registry/announce`, announcement(harness, over)));
}

/** A webhook that the worker could not use. */
export async function reportWebhook(harness: Harness, more: object = {}): Promise<Reply> {
  await announce(harness);
  return harness.send('POST', `${API}/registry/dead-letters`, {
    ...{ workerApp: 'greeter', instanceId: 'i-1', source: 'forge', webhookId: 'd-1' },
    ...{ why: 'No pull request.', headers: { 'x-github-event': 'pull_request' }, payload: '{}' },
    ...more,
  });
}

/** Announces, starts a run of `world` and gives its id. */
export async function start(harness: Harness): Promise<string> {
  await announce(harness);
  const started = succeed(await harness.send('POST', `${WORLD}/start`, {}));
  return String(started.body['runId']);
}

export function callback(runId: string, over: object = {}) {
  const attempt = { runId, stepName: 'greet', candidateId: 'world', phase: 'execute', attempt: 1 };
  return { ...attempt, eventId: 'e-1', status: 'succeeded', message: 'Greeted.', ...over };
}

/** Calls back about the first attempt of the first step, as its worker would. */
export function callBack(harness: Harness, runId: string, over: object = {}): Promise<Reply> {
  const body = callback(runId, over);
  const { stepName, attempt } = body;
  const token = harness.tokens.sign({ runId, stepName, phase: 'execute', attempt });
  return harness.send('POST', `${API}/event/hello__world`, body, { authorization: `Bearer ${token}` });
}

/** The newest delivery of this kind, once it is written. */
export async function aDelivery(harness: Harness, filter: DeliveryFilter): Promise<DeliverySummary> {
  return vi.waitFor(async () => {
    const page = await harness.deliveries.list({ ...filter, limit: 1 });
    const [found] = page.kind === 'page' ? page.items : [];
    expect(found).toBeDefined();
    return found as DeliverySummary;
  });
}

export function succeed(reply: Reply): Reply {
  if (reply.status >= 300) throw new Error(`The scene was refused with ${reply.status}: ${reply.text}`);
  return reply;
}
