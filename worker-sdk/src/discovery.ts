import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Migration } from './define-migration.ts';
import type { CandidateSubmission, LoomClient } from './loom-client.ts';
import { presentCandidate } from './present-candidate.ts';
import { callAt, pause, retryDelayMs, spreadMs } from './timing.ts';

type SubmittedCandidate = CandidateSubmission['candidates'][number];

/** What a discovery came to. */
export interface DiscoveryReport {
  readonly migrationId: string;
  /** Candidates that the server has taken. */
  readonly submitted: number;
  /** Candidates that were left out because they do not fit the contract; each is in the log. */
  readonly leftOut: number;
  /** Whether the server was told that this was everything, so that it marks what is gone. */
  readonly isFinal: boolean;
  /** Why it ended early. */
  readonly error?: string;
}

export interface DiscoveryOptions {
  readonly migration: Migration;
  readonly hook: NonNullable<Migration['discover']>;
  readonly workerApp: string;
  readonly client: LoomClient;
  /** In place of what the migration says. */
  readonly everyMs: number | undefined;
  /** The server does not know the migration (any more). */
  readonly onUnknownMigration: () => void;
  readonly log: Logger;
}

/** Looks for the candidates of one migration: when asked and on schedule, one discovery at a time. */
export interface Discovery {
  /** Looks now, or joins the discovery that is under way. Never rejects. */
  discover(): Promise<DiscoveryReport>;
  /** Discovers now and from then on by schedule. Later calls do nothing. */
  start(): void;
  /** Aborts the hook's signal and waits for the discovery that is under way. */
  stop(): Promise<void>;
}

const chunkLength = 1_000;
/** 8 MB, less what surrounds the candidates. */
const chunkBytes = 8 * 1_024 * 1_024 - 1_024;
const defaultEveryMs = 60 * 60_000;
const submissionTries = 6;

/** The server did not take a chunk of candidates. */
class SubmissionError extends Error {
  constructor(reason: string) {
    super(`The candidates could not be submitted: ${reason}`);
    this.name = 'SubmissionError';
  }
}

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { migration, workerApp, client, log } = options;
  const stopping = new AbortController();
  let underWay: Promise<DiscoveryReport> | undefined;
  let isStarted = false;
  let cancelNext = () => {};

  async function submit(submission: CandidateSubmission): Promise<void> {
    for (let repetition = 0; ; repetition += 1) {
      const answer = await client.submitCandidates(migration.id, submission);
      if (answer.ok) {
        const { warnings = [], ...counts } = answer.value;
        log.info(counts, 'submitted candidates');
        for (const warning of warnings) {
          log.warn({ path: warning.path, finding: warning.message }, 'the server warns');
        }
        return;
      }
      const { status, reason, retryAfterMs } = answer;
      if (status === 404) options.onUnknownMigration();
      const isPassing = status === undefined || status >= 500 || status === 429;
      if (!isPassing || repetition + 1 >= submissionTries || stopping.signal.aborted) {
        if (answer.findings.length > 0)
          log.error({ findings: answer.findings }, 'the server refuses candidates');
        throw new SubmissionError(reason);
      }
      await pause(Math.max(retryDelayMs(repetition), retryAfterMs ?? 0), stopping.signal);
    }
  }

  async function look(): Promise<DiscoveryReport> {
    const discoveryId = randomUUID();
    let chunk: SubmittedCandidate[] = [];
    let bytes = 0;
    let submitted = 0;
    let leftOut = 0;
    const send = async (final: boolean) => {
      await submit({ discoveryId, candidates: chunk, final });
      submitted += chunk.length;
      chunk = [];
      bytes = 0;
    };
    try {
      const context = { migrationId: migration.id, signal: stopping.signal, log };
      for await (const candidate of await options.hook(context)) {
        stopping.signal.throwIfAborted();
        const presented = presentCandidate(candidate, migration, workerApp);
        if (!presented.ok) {
          leftOut += 1;
          log.error({ candidateId: candidate.id, mistakes: presented.mistakes }, 'left out a candidate');
          continue;
        }
        const size = presented.bytes + 1;
        // A full chunk waits for the next candidate: only then is it known not to be the last.
        if (chunk.length >= chunkLength || bytes + size > chunkBytes) await send(false);
        chunk.push(presented.candidate);
        bytes += size;
      }
      // What was left out is there, so it must not be marked as gone.
      const isFinal = leftOut === 0;
      await send(isFinal);
      return { migrationId: migration.id, submitted, leftOut, isFinal };
    } catch (error) {
      if (stopping.signal.aborted) log.info('the discovery was ended');
      else log.error({ err: error }, 'the discovery failed');
      const reason = error instanceof Error ? error.message : String(error);
      const found = chunk.length;
      if (!(error instanceof SubmissionError) && found > 0 && !stopping.signal.aborted) {
        await send(false).catch((again: unknown) => log.error({ err: again }, 'what was found is lost'));
      }
      return { migrationId: migration.id, submitted, leftOut, isFinal: false, error: reason };
    }
  }

  function discoverNow(): Promise<DiscoveryReport> {
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  function schedule(): void {
    if (stopping.signal.aborted) return;
    const everyMs = options.everyMs ?? migration.discoverEveryMs ?? defaultEveryMs;
    cancelNext = callAt(Date.now() + spreadMs(everyMs), () => void discoverNow().then(schedule));
  }

  return {
    discover: discoverNow,
    start() {
      if (isStarted) return;
      isStarted = true;
      void discoverNow().then(schedule);
    },
    async stop() {
      stopping.abort(new Error('The worker shuts down.'));
      cancelNext();
      await underWay;
    },
  };
}
