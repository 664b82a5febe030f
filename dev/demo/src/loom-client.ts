import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { components, paths } from '@loom/api';
import createClient from 'openapi-fetch';

export type CandidateSummary = components['schemas']['CandidateSummary'];
export type StepList = components['schemas']['StepList'];
export type DryRun = components['schemas']['DryRun'];
type Inputs = components['schemas']['Inputs'];

/** What a person does in the console, through the same API. Every method throws with the problem's words. */
export interface LoomClient {
  listCandidates(migrationId: string): Promise<readonly CandidateSummary[]>;
  listSteps(migrationId: string, candidateId: string): Promise<StepList>;
  preview(migrationId: string, candidateId: string): Promise<DryRun>;
  start(migrationId: string, candidateId: string, inputs?: Inputs): Promise<void>;
  /** False when the step does not wait for it any more. */
  approve(migrationId: string, candidateId: string, stepName: string, comment: string): Promise<boolean>;
  retry(migrationId: string, candidateId: string, stepName: string, inputs?: Inputs): Promise<boolean>;
}

const PAGE = 200;

export function createLoomClient(url: string): LoomClient {
  const client = createClient<paths>({ baseUrl: `${url}/api/v1` });
  const key = () => ({ 'Idempotency-Key': randomUUID() });
  const at = (migrationId: string, candidateId: string) => ({
    path: { migrationId, candidateId },
    header: key(),
  });

  return {
    async listCandidates(migrationId) {
      const all: CandidateSummary[] = [];
      let cursor: string | undefined;
      do {
        const query = cursor === undefined ? { limit: PAGE } : { limit: PAGE, cursor };
        const page = given(
          await client.GET('/migrations/{migrationId}/candidates', {
            params: { path: { migrationId }, query },
          }),
        );
        all.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return all;
    },
    async listSteps(migrationId, candidateId) {
      return given(
        await client.GET('/migrations/{migrationId}/candidates/{candidateId}/steps', {
          params: { path: { migrationId, candidateId } },
        }),
      );
    },
    async preview(migrationId, candidateId) {
      let dryRun = given(
        await client.POST('/migrations/{migrationId}/dry-run', {
          params: { path: { migrationId }, header: key() },
          body: { candidateId },
        }),
      );
      while (dryRun.state === 'running') {
        await delay(500);
        dryRun = given(
          await client.GET('/dry-runs/{dryRunId}', { params: { path: { dryRunId: dryRun.id } } }),
        );
      }
      return dryRun;
    },
    async start(migrationId, candidateId, inputs = {}) {
      given(
        await client.POST('/migrations/{migrationId}/candidates/{candidateId}/start', {
          params: at(migrationId, candidateId),
          body: { inputs },
        }),
      );
    },
    async approve(migrationId, candidateId, stepName, comment) {
      return accepted(
        await client.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
          params: at(migrationId, candidateId),
          body: { stepName, decision: 'approved', comment },
        }),
      );
    },
    async retry(migrationId, candidateId, stepName, inputs) {
      return accepted(
        await client.POST('/migrations/{migrationId}/candidates/{candidateId}/retry-step', {
          params: at(migrationId, candidateId),
          body: { stepName, ...(inputs === undefined ? {} : { inputs }) },
        }),
      );
    },
  };
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

function given<Data>({ data, error, response }: Answer<Data>): NonNullable<Data> {
  if (data !== undefined && data !== null) return data;
  throw new Error(`${response.status} from ${new URL(response.url).pathname}: ${JSON.stringify(error)}`);
}

function accepted<Data>(answer: Answer<Data>): boolean {
  if (answer.response.status === 409) return false;
  given(answer);
  return true;
}
