import type { components } from '@loom/api';
import type { DeliveryRecorder } from '../../application/ports/delivery-log.ts';
import { type BaseReader, DryRunFailed } from '../../application/ports/dry-runner.ts';
import { plainOutcome, recordCall, startCall } from './record-call.ts';
import { basesResult, describeMisfit, parseJson, reasonOf } from './worker-answers.ts';
import type { WorkerClient } from './worker-client.ts';

const MAX_ANSWER_BYTES = 256 * 1024;
/** A page that somebody looks at waits for it. */
const TIMEOUT_MS = 9_000;

export interface HttpBaseReaderDeps {
  readonly client: WorkerClient;
  readonly recorder?: DeliveryRecorder;
}

/** Asks a worker's `/bases`. */
export function createHttpBaseReader({ client, recorder }: HttpBaseReaderDeps): BaseReader {
  return {
    readBases: async (workerUrl, { migrationId, candidateId, bases, instance }) => {
      const body: components['schemas']['BasesRequest'] = { migrationId, bases: [...bases] };
      const place = { workerUrl, path: '/bases', body: JSON.stringify(body) };
      const start = startCall();
      const answer = await client.call({
        ...place,
        method: 'POST',
        headers: {},
        timeoutMs: TIMEOUT_MS,
        maxAnswerBytes: MAX_ANSWER_BYTES,
      });
      recordCall(recorder, place, start, answer, {
        operation: 'bases',
        ...{ migrationId, candidateId, ...instance },
        ...plainOutcome(answer),
      });
      if (answer.kind === 'none') throw new DryRunFailed(answer.reason, { isUnheard: true });
      const { status, mediaType, text } = answer;
      if (status !== 200)
        throw new DryRunFailed(`The worker answered ${status}. ${reasonOf(text, mediaType)}`.trim());
      const parsed = basesResult.safeParse(parseJson(text));
      if (!parsed.success)
        throw new DryRunFailed(
          `The worker's answer does not fit the contract (${describeMisfit(parsed.error)}).`,
        );
      return parsed.data.bases;
    },
  };
}
