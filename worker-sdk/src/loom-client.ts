import type { components, paths } from '@loom/api';
import createClient from 'openapi-fetch';
import { z } from 'zod';
import { redact } from './redact.ts';
import { readRetryAfterMs } from './timing.ts';

type Schemas = components['schemas'];
export type Announcement = Schemas['Announcement'];
export type AnnouncementAnswer = Schemas['AnnouncementAnswer'];
export type Finding = Schemas['Finding'];
export type Heartbeat = Schemas['Heartbeat'];
export type Lease = Schemas['Lease'];
export type CandidateSubmission = Schemas['CandidateSubmission'];
export type SubmissionAnswer = Schemas['SubmissionAnswer'];

/** What the server answered, or why there is no answer. */
export type ServerAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      /** Left out when the server could not be reached. */
      readonly status: number | undefined;
      readonly reason: string;
      readonly findings: readonly Finding[];
      readonly retryAfterMs: number | undefined;
    };

/** The calls of a worker to the server, each made once. None rejects. */
export interface LoomClient {
  announce(announcement: Announcement): Promise<ServerAnswer<AnnouncementAnswer>>;
  heartbeat(heartbeat: Heartbeat): Promise<ServerAnswer<Lease>>;
  withdraw(workerApp: string, instanceId: string, reason: string): Promise<ServerAnswer<undefined>>;
  submitCandidates(
    migrationId: string,
    submission: CandidateSubmission,
  ): Promise<ServerAnswer<SubmissionAnswer>>;
  reportWebhook(report: Schemas['WebhookReport']): Promise<ServerAnswer<unknown>>;
}

const finding = z.object({ severity: z.enum(['error', 'warning']), path: z.string(), message: z.string() });
const problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  mend: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  conformance: z.object({ findings: z.array(finding) }).optional(),
});

interface RawAnswer<Value> {
  readonly data?: Value;
  readonly error?: unknown;
  readonly response: Response;
}

function describeProblem(status: number, error: unknown): { reason: string; findings: readonly Finding[] } {
  const parsed = problem.safeParse(error);
  if (!parsed.success) return { reason: `HTTP ${status}`, findings: [] };
  const { title, detail, mend, errors = [], conformance } = parsed.data;
  const words = [detail ?? title, mend].filter((text) => text !== undefined).join(' ');
  const mistakes: readonly Finding[] = errors.map((mistake) => ({ severity: 'error', ...mistake }));
  return {
    reason: words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`,
    findings: conformance?.findings ?? mistakes,
  };
}

async function readAnswer<Value>(call: Promise<RawAnswer<Value>>): Promise<ServerAnswer<Value>> {
  try {
    const { data, error, response } = await call;
    // A 204 has no data and no error.
    if (response.ok) return { ok: true, value: data as Value };
    return {
      ok: false,
      status: response.status,
      ...describeProblem(response.status, error),
      retryAfterMs: readRetryAfterMs(response.headers.get('retry-after')),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = redact(cause instanceof Error ? cause.message : String(cause));
    return { ok: false, status: undefined, reason, findings: [], retryAfterMs: undefined };
  }
}

/** @param serverUrl - Without `/api/v1`. */
export function createLoomClient(serverUrl: string, timeoutMs = 30_000): LoomClient {
  const client = createClient<paths>({
    baseUrl: `${serverUrl.replace(/\/+$/, '')}/api/v1`,
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' }),
  });
  return {
    announce: (body) => readAnswer(client.POST('/registry/announce', { body })),
    heartbeat: (body) => readAnswer(client.POST('/registry/heartbeat', { body })),
    withdraw: (workerApp, instanceId, reason) =>
      readAnswer(client.POST('/registry/withdraw', { body: { workerApp, instanceId, reason } })),
    reportWebhook: (body) => readAnswer(client.POST('/registry/dead-letters', { body })),
    submitCandidates: (migrationId, body) =>
      readAnswer(
        client.POST('/migrations/{migrationId}/candidates', { params: { path: { migrationId } }, body }),
      ),
  };
}
