import type { Admission, CallbackAdmission } from '../../application/ports/callbacks.ts';
import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { Clock } from '../../application/ports/system.ts';
import { attemptKey } from '../../domain/attempt.ts';
import type { NewEvent } from '../../domain/event.ts';
import { findPrUrl } from '../../domain/pr-url.ts';
import { attemptArguments } from './attempt-fields.ts';
import { eventListArguments } from './event-arguments.ts';
import type { RedisKeys } from './keys.ts';
import { admitCallbackScript, confirmCallbackScript } from './scripts/callbacks.lua.ts';
import { type Argument, listOf, type StoreClient, textOf } from './store-client.ts';

export function createCallbacks(
  client: StoreClient,
  keys: RedisKeys,
  clock: Clock | undefined,
): Pick<MigrationStore, 'admitCallback' | 'confirmCallback' | 'confirmHandedOver'> {
  const confirm = (callback: CallbackAdmission, events: readonly NewEvent[], isOfEnded: 0 | 1) =>
    client.run(
      confirmCallbackScript,
      [keys.definition(callback.migrationId)],
      [...callbackArguments(callback), isOfEnded, ...eventListArguments(events)],
    );
  return {
    async admitCallback(callback) {
      const { report, stepIndex, phase, attempt } = callback;
      const { message, metadata, outputs, failureClass } = report;
      const prUrl = findPrUrl(metadata);
      const fields = [
        ...attemptArguments({ message, metadata, outputs, failureClass }),
        ...(prUrl === undefined ? [] : ['prUrl', prUrl]),
      ];
      const [kind, detail] = listOf(
        await client.run(
          admitCallbackScript,
          [keys.definition(callback.migrationId)],
          [
            ...callbackArguments(callback),
            ...[`${stepIndex}:${phase}`, attempt, clock?.now().getTime() ?? ''],
            ...[report.status, JSON.stringify(callback.signal), fields.length, ...fields],
          ],
        ),
      );
      if (kind === 'over') return { kind, why: textOf(detail) ?? '' };
      if (kind === 'too-soon') return { kind, retryAfterSeconds: Math.ceil(Number(detail) / 1000) };
      if (kind === 'admitted') return detail === 'handed-over' ? { kind, isHandedOver: true } : { kind };
      return { kind } as Admission;
    },

    async confirmCallback(callback, events) {
      await confirm(callback, events, 0);
    },

    confirmHandedOver: async (callback, events) => (await confirm(callback, events, 1)) === 1,
  };
}

function callbackArguments(callback: CallbackAdmission): readonly Argument[] {
  const { candidateId, runId, report, contentHash } = callback;
  return [
    ...[candidateId, runId, attemptKey(callback), report.eventId, contentHash],
    report.status === 'pending' ? 1 : 0,
  ];
}
