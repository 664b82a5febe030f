import { failureOf } from '../../domain/failure.ts';
import { findPrUrl, readPullRequest } from '../../domain/pr-url.ts';
import type { AttemptChange, RunView } from '../../domain/run-projection.ts';
import type { RunState } from '../../domain/run-state.ts';
import { failureArguments } from './run-projections.ts';
import {
  readRunNamesScript,
  readUnknownFailuresScript,
  verifyRunNamesScript,
  writeFailureScript,
} from './scripts/verify-runs.lua.ts';
import { type StoreClient, textsOf } from './store-client.ts';

/** Some rows, by their ords. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

const FAILURE_FIELDS = 12;

/** Failures that runs wait with and that no group of failures has; gives the rows, and writes them when asked. */
export async function verifyFailures(
  client: StoreClient,
  definition: string,
  { first, count }: RowRange,
  repair: boolean,
): Promise<readonly string[]> {
  const read = textsOf(await client.run(readUnknownFailuresScript, [definition], [first, count]));
  const findings: string[] = [];
  for (let at = 0; at < read.length; at += FAILURE_FIELDS) {
    const [ord = '', id = '', runId = '', seq = '', ...rest] = read.slice(at, at + FAILURE_FIELDS);
    const failure = failureArguments({ candidateId: id, ...readFailing(rest) });
    if (failure.length === 0) continue;
    findings.push(`failing ${id}`);
    const since = rest[4] ?? '';
    if (repair)
      await client.run(
        writeFailureScript,
        [definition],
        [ord, runId, seq, since, '', failure.length, ...failure],
      );
  }
  return findings;
}

/** The view of a run that waits, and its attempt, as they were written. */
function readFailing(fields: readonly string[]): Pick<Parameters<typeof failureOf>[0], 'view' | 'attempts'> {
  const [runState, step = '', stepIndex, attempt, since = '', reason = '', outcome, failureClass] = fields;
  const where = { stepIndex: Number(stepIndex), attempt: Number(attempt) };
  const view: RunView = {
    ...{ status: 'running', runState: runState as RunState, who: 'operator', step, ...where, since },
    ...(reason === '' ? {} : { reason }),
  };
  const changed = {
    ...{ ...where, phase: runState === 'compensating' ? 'compensate' : 'execute' },
    ...{ startedAt: since, inputsVersion: 1, outcome },
    ...(failureClass === '' ? {} : { failureClass }),
  } as AttemptChange;
  return { view, attempts: [changed] };
}

/** What runs are found by, traces and pull requests; gives what is missing, and adds it when asked. */
export async function verifyRunNames(
  client: StoreClient,
  definition: string,
  { first, count }: RowRange,
  repair: boolean,
): Promise<readonly string[]> {
  const read = textsOf(await client.run(readRunNamesScript, [definition], [first, count]));
  const wanted: string[] = [];
  for (let at = 0; at + 3 < read.length; ) {
    const [runId = '', traceparent = '', prUrl = '', metadata = '0'] = read.slice(at, at + 4);
    const told = read.slice(at + 4, at + 4 + Number(metadata));
    if (traceparent !== '') wanted.push('traces', `${traceparent.slice(3, 35)}\0${runId}`, runId);
    const urls = [prUrl, ...told.map((json) => findPrUrl(JSON.parse(json)))];
    for (const url of new Set(urls)) {
      const { name, host } = readPullRequest(url ?? '') ?? {};
      if (name !== undefined && host !== undefined) wanted.push('prs', `${name}\0${host}\0${runId}`, runId);
    }
    at += 4 + told.length;
  }
  if (wanted.length === 0) return [];
  return textsOf(await client.run(verifyRunNamesScript, [definition], [repair ? 1 : 0, ...wanted]));
}
