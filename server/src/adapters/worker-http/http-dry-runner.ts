import type { components } from '@loom/api';
import type { DeliveryRecorder } from '../../application/ports/delivery-log.ts';
import {
  DryRunFailed,
  type DryRunner,
  type DryRunRequest,
  type DryRunStep,
  type FileChange,
} from '../../application/ports/dry-runner.ts';
import { continueTrace, formatTraceparent } from '../../telemetry/trace-context.ts';
import { plainOutcome, recordCall, startCall } from './record-call.ts';
import { describeMisfit, dryRunResult, parseJson, reasonOf } from './worker-answers.ts';
import type { WorkerClient } from './worker-client.ts';

export interface HttpDryRunnerDeps {
  readonly client: WorkerClient;
  readonly limits: { readonly dryRunTimeoutMs: number; readonly dryRunMaxBytes: number };
  readonly recorder?: DeliveryRecorder;
}

const FILE_CHARACTERS = 1024 * 1024;
const TOO_LARGE = 'Larger than 1 MB; left out.';

/** Asks a worker's `/dry-run`. */
export function createHttpDryRunner({ client, limits, recorder }: HttpDryRunnerDeps): DryRunner {
  return {
    dryRun: async (workerUrl, request, signal) => {
      const place = { workerUrl, path: '/dry-run', body: JSON.stringify(composeRequest(request)) };
      const start = startCall();
      const answer = await client.call({
        ...place,
        method: 'POST',
        headers: { traceparent: formatTraceparent(continueTrace(undefined)) },
        timeoutMs: limits.dryRunTimeoutMs,
        maxAnswerBytes: limits.dryRunMaxBytes,
        signal,
      });
      recordCall(recorder, place, start, answer, {
        operation: 'dry-run',
        migrationId: request.migrationId,
        candidateId: request.candidate.id,
        ...request.instance,
        ...plainOutcome(answer),
        secretInputs: request.secretInputs,
      });
      if (answer.kind === 'none') throw new DryRunFailed(answer.reason, { isUnheard: true });
      const { status, mediaType, text } = answer;
      if (status !== 200)
        throw new DryRunFailed(`The worker answered ${status}. ${reasonOf(text, mediaType)}`.trim());
      if (mediaType !== 'application/json')
        throw new DryRunFailed(`The worker answered ${mediaType || 'no media type'} instead of JSON.`);
      const parsed = dryRunResult.safeParse(parseJson(text));
      if (!parsed.success)
        throw new DryRunFailed(
          `The worker's answer does not fit the contract (${describeMisfit(parsed.error)}).`,
        );
      const { steps, bases } = parsed.data;
      return { steps: steps.map(withoutLargeFiles), ...(bases === undefined ? {} : { bases }) };
    },
  };
}

function composeRequest({ migrationId, revision, candidate, steps, inputs }: DryRunRequest) {
  return { migrationId, revision, candidate, steps, inputs } as components['schemas']['DryRunRequest'];
}

function withoutLargeFiles(step: DryRunStep): DryRunStep {
  return step.changes === undefined ? step : { ...step, changes: step.changes.map(withoutLargeContent) };
}

function withoutLargeContent(change: FileChange): FileChange {
  const { before = '', after = '' } = change;
  if (before.length <= FILE_CHARACTERS && after.length <= FILE_CHARACTERS) return change;
  const { before: _before, after: _after, ...rest } = change;
  return { ...rest, note: TOO_LARGE };
}
