import type { components } from '@loom/api';
import type { Logger } from 'pino';
import type { Announcement, AnnouncementAnswer, LoomClient } from './loom-client.ts';
import { pause, retryDelayMs } from './timing.ts';

export interface RegistrationOptions {
  readonly client: LoomClient;
  readonly workerApp: string;
  readonly instanceId: string;
  readonly announcements: readonly Announcement[];
  readonly busy: () => readonly components['schemas']['BusyAttempt'][];
  readonly onAnnounced: (migrationId: string, answer: AnnouncementAnswer) => void;
  /** The server began, or ended, giving this instance nothing new. */
  readonly onDrain: (isDrained: boolean) => void;
  readonly log: Logger;
}

/** Keeps this instance known to the server. */
export interface Registration {
  /** Resolves when every migration has been announced once. */
  readonly announced: Promise<void>;
  /** Announces again at the next heartbeat, since the server does not know a migration any more. */
  announceAgain(): void;
  /** Stops the heartbeats and tells the server that this instance is going away. */
  withdraw(reason: string): Promise<void>;
}

/** A refusal does not mend itself within seconds; another worker, or a new server, may mend it. */
const refusedEveryMs = 60_000;
/** The contract takes no more in one heartbeat. */
const busyLimit = 20_000;

/** Announces until the server is there, then sends heartbeats, and announces again when the server has forgotten. */
export function keepRegistered(options: RegistrationOptions): Registration {
  const { client, workerApp, instanceId, log } = options;
  const closing = new AbortController();
  let heartbeatMs = 10_000;
  let isForgotten = false;
  let isServerAway = false;
  const drain = createDrainWatch(options);

  function noteServer(reason: string | undefined): void {
    const isAway = reason !== undefined;
    if (isAway && !isServerAway) log.warn({ reason }, 'the server does not answer; trying on');
    if (!isAway && isServerAway) log.info('the server answers again');
    isServerAway = isAway;
  }

  async function announceUntilTaken(announcement: Announcement): Promise<void> {
    const migrationId = announcement.id;
    for (let repetition = 0; !closing.signal.aborted; repetition += 1) {
      const answer = await client.announce(announcement);
      if (closing.signal.aborted) return;
      if (answer.ok) {
        noteServer(undefined);
        heartbeatMs = answer.value.heartbeatSeconds * 1_000;
        for (const finding of answer.value.conformance.findings) {
          log.warn({ migrationId, path: finding.path, finding: finding.message }, 'the server warns');
        }
        log.info({ migrationId, revision: answer.value.revision }, 'announced the migration');
        options.onAnnounced(migrationId, answer.value);
        return;
      }
      const { status, reason, findings, retryAfterMs } = answer;
      if (status !== undefined && status >= 400 && status < 500 && status !== 429) {
        log.error({ migrationId, reason, findings }, 'the server refuses the migration');
        await pause(refusedEveryMs, closing.signal);
      } else {
        noteServer(reason);
        await pause(Math.max(retryDelayMs(repetition), retryAfterMs ?? 0), closing.signal);
      }
    }
  }

  const underWay = new Map<string, Promise<void>>();
  function announce(announcement: Announcement): Promise<void> {
    const known = underWay.get(announcement.id);
    if (known !== undefined) return known;
    const promise = announceUntilTaken(announcement).finally(() => underWay.delete(announcement.id));
    underWay.set(announcement.id, promise);
    return promise;
  }

  async function beat(): Promise<void> {
    const busy = options.busy().slice(0, busyLimit);
    const answer = await client.heartbeat({ workerApp, instanceId, busy });
    if (answer.ok) {
      noteServer(undefined);
      heartbeatMs = answer.value.heartbeatSeconds * 1_000;
      drain(answer.value.draining === true, busy.length);
    } else if (answer.status === 404) {
      isForgotten = true;
    } else {
      noteServer(answer.reason);
    }
  }

  async function run(first: readonly Promise<void>[]): Promise<void> {
    // A migration that is refused must not keep the others from their heartbeat.
    await Promise.race(first);
    while (!closing.signal.aborted) {
      await pause(heartbeatMs, closing.signal);
      if (closing.signal.aborted) return;
      await beat();
      if (!isForgotten) continue;
      isForgotten = false;
      log.info('the server has forgotten this instance; announcing again');
      for (const announcement of options.announcements) void announce(announcement);
    }
  }

  const first = options.announcements.map(announce);
  const running = run(first);

  return {
    announced: Promise.all(first).then(() => undefined),
    announceAgain: () => {
      isForgotten = true;
    },
    async withdraw(reason) {
      closing.abort();
      // A heartbeat that came after the withdrawal would be answered 404, and a late announcement undo it.
      await Promise.race([running, pause(1_000)]);
      const answer = await client.withdraw(workerApp, instanceId, reason);
      if (!answer.ok) log.warn({ reason: answer.reason }, 'the instance could not be withdrawn');
    },
  };
}

/** Says once what someone decided about this instance, and when it can be stopped. */
function createDrainWatch({ log, onDrain }: RegistrationOptions) {
  let isDrained = false;
  let isEmpty = false;
  return (isDrainedNow: boolean, busy: number): void => {
    if (isDrainedNow !== isDrained) {
      isDrained = isDrainedNow;
      isEmpty = false;
      onDrain(isDrained);
      if (isDrained) log.info({ busy }, 'someone drains this instance: it finishes what it has');
      else log.info('this instance is given steps again');
    }
    if (isDrained && busy === 0 && !isEmpty) log.info('nothing is left; this instance can be stopped');
    isEmpty = isDrained && busy === 0;
  };
}
