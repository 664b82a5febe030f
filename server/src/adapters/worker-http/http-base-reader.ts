import type { components } from '@loom/api';
import { type BaseReader, DryRunFailed } from '../../application/ports/dry-runner.ts';
import { basesResult, describeMisfit, parseJson, reasonOf } from './worker-answers.ts';
import type { WorkerClient } from './worker-client.ts';

const MAX_ANSWER_BYTES = 256 * 1024;
/** A page that somebody looks at waits for it. */
const TIMEOUT_MS = 9_000;

/** Asks a worker's `/bases`. */
export function createHttpBaseReader({ client }: { readonly client: WorkerClient }): BaseReader {
  return {
    readBases: async (workerUrl, { migrationId, bases }) => {
      const body: components['schemas']['BasesRequest'] = { migrationId, bases: [...bases] };
      const answer = await client.call({
        ...{ workerUrl, path: '/bases', method: 'POST', headers: {}, body: JSON.stringify(body) },
        timeoutMs: TIMEOUT_MS,
        maxAnswerBytes: MAX_ANSWER_BYTES,
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
