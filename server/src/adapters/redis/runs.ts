import type {
  ClaimOutcome,
  MigrationStore,
  OpenRun,
  StoredRun,
} from '../../application/ports/migration-store.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import { toAttempts } from './attempt-fields.ts';
import { decodeCursor, encodeCursor, hashFilter } from './cursor.ts';
import { eventListArguments } from './event-arguments.ts';
import { createFindRuns } from './find-runs.ts';
import type { RedisKeys } from './keys.ts';
import type { Manifests } from './manifests.ts';
import {
  claimRunScript,
  noteCancelRequestScript,
  noteUndoRequestScript,
  releaseClaimScript,
  stageOutputsScript,
} from './scripts/claim-run.lua.ts';
import { listOpenRunsScript, listRunsScript } from './scripts/read-runs.lua.ts';
import { type Argument, fieldsOf, listOf, type StoreClient, textOf, textsOf } from './store-client.ts';
import { toStoredJson } from './stored-json.ts';

type Runs = Pick<
  MigrationStore,
  | 'claimRun'
  | 'releaseClaim'
  | 'stageOutputs'
  | 'noteCancelRequest'
  | 'noteUndoRequest'
  | 'findRuns'
  | 'getRun'
  | 'listAttempts'
  | 'listInputs'
  | 'listRuns'
  | 'listOpenRuns'
>;

export function createRuns(
  client: StoreClient,
  keys: RedisKeys,
  manifests: Pick<Manifests, 'forget'>,
  clock: Clock | undefined,
): Runs {
  /** That of Redis, unless a test gives another. */
  const givenMs = () => clock?.now().getTime() ?? '';

  async function getRunFields({ migrationId, candidateId, runId }: RunRef) {
    const fields = fieldsOf(await client.command('HGETALL', keys.run(migrationId, runId)));
    return fields.get('candidateId') === candidateId ? fields : undefined;
  }

  return {
    async claimRun(claim) {
      const { migrationId, candidateId, runId, manifest, inputs, at } = claim;
      const run: readonly Argument[] = [
        ...(manifest.undoes === undefined ? [] : ['undoes', manifest.undoes.runId]),
        ...[
          'kind',
          manifest.undoes === undefined ? 'run' : 'rollback',
          'actor',
          JSON.stringify(claim.actor),
          'revision',
          manifest.revision,
        ],
        ...(claim.traceparent === undefined ? [] : ['traceparent', claim.traceparent]),
      ];
      const kind = await client.run(
        claimRunScript,
        [keys.definition(migrationId)],
        [
          ...[candidateId, runId, at, Date.parse(at), givenMs(), JSON.stringify(inputs)],
          ...[toStoredJson(manifest), manifest.steps.length, claim.afterRunId ?? '', run.length, ...run],
          ...eventListArguments([claim.event]),
        ],
      );
      return { kind } as ClaimOutcome;
    },

    async releaseClaim(run, event) {
      const { migrationId, candidateId, runId } = run;
      manifests.forget(run);
      const released = await client.run(
        releaseClaimScript,
        [keys.definition(migrationId)],
        [candidateId, runId, ...eventListArguments([event])],
      );
      return released === 1;
    },

    async stageOutputs({ migrationId, candidateId, runId }, id, outputs) {
      await client.run(
        stageOutputsScript,
        [keys.definition(migrationId)],
        [candidateId, runId, id, JSON.stringify(outputs)],
      );
    },

    async noteCancelRequest({ migrationId, candidateId, runId }, at) {
      await client.run(
        noteCancelRequestScript,
        [keys.definition(migrationId)],
        [candidateId, runId, at, givenMs()],
      );
    },

    async noteUndoRequest({ migrationId, candidateId, runId }) {
      await client.run(noteUndoRequestScript, [keys.definition(migrationId)], [candidateId, runId]);
    },

    findRuns: createFindRuns(client, keys),

    async getRun(ref) {
      const fields = await getRunFields(ref);
      return fields === undefined ? undefined : toRun(ref, fields);
    },

    async listAttempts(ref) {
      if ((await getRunFields(ref)) === undefined) return [];
      return toAttempts(fieldsOf(await client.command('HGETALL', keys.attempts(ref.migrationId, ref.runId))));
    },

    async listInputs(ref) {
      if ((await getRunFields(ref)) === undefined) return new Map();
      const versions = fieldsOf(await client.command('HGETALL', keys.runInputs(ref.migrationId, ref.runId)));
      return new Map([...versions].map(([version, json]) => [Number(version), JSON.parse(json)]));
    },

    async listRuns(ref, { limit, cursor }) {
      const filterHash = hashFilter(['runs', ref.migrationId, ref.candidateId]);
      const below = cursor === undefined ? [''] : decodeCursor(cursor, filterHash, ['number']);
      if (below === undefined) return { kind: 'cursor-mismatch' };
      const [total, ...found] = listOf(
        await client.run(
          listRunsScript,
          [keys.definition(ref.migrationId)],
          [ref.candidateId, below[0] as Argument, limit + 1],
        ),
      );
      const items: StoredRun[] = [];
      for (let index = 0; index + 2 < found.length && items.length < limit; index += 3)
        items.push(toRun({ ...ref, runId: textOf(found[index + 1]) ?? '' }, fieldsOf(found[index + 2])));
      const lastNumber = Number(found[(limit - 1) * 3]);
      return {
        kind: 'page',
        items,
        total: Number(total),
        nextCursor: found.length > limit * 3 ? encodeCursor(filterHash, [lastNumber]) : undefined,
      };
    },

    async listOpenRuns(migrationId, cursor, limit) {
      const filterHash = hashFilter(['open-runs', migrationId]);
      const [first = 0] = cursor === undefined ? [] : (decodeCursor(cursor, filterHash, ['number']) ?? []);
      const flat = textsOf(
        await client.run(listOpenRunsScript, [keys.definition(migrationId)], [first, limit, givenMs()]),
      );
      const items: OpenRun[] = [];
      let next = 0;
      for (let index = 0; index + 6 < flat.length; index += 7) {
        const [ord, candidateId, runId, status, runState, ageMs, cancelAgeMs] = flat.slice(
          index,
          index + 7,
        ) as [string, string, string, OpenRun['status'], OpenRun['runState'], string, string];
        next = Number(ord) + 1;
        items.push({
          ...{ migrationId, candidateId, runId, status, runState, ageMs: Number(ageMs) },
          cancelAgeMs: cancelAgeMs === '' ? undefined : Number(cancelAgeMs),
        });
      }
      return { items, nextCursor: items.length === limit ? encodeCursor(filterHash, [next]) : undefined };
    },
  };
}

function toRun(ref: RunRef, fields: ReadonlyMap<string, string>): StoredRun {
  return {
    migrationId: ref.migrationId,
    candidateId: ref.candidateId,
    runId: ref.runId,
    kind: fields.get('kind') as StoredRun['kind'],
    undoes: fields.get('undoes'),
    startedAt: fields.get('startedAt') ?? '',
    endedAt: fields.get('endedAt'),
    outcome: fields.get('outcome') as StoredRun['outcome'],
    reason: fields.get('reason'),
    actor: JSON.parse(fields.get('actor') ?? ''),
    revision: fields.get('revision') ?? '',
    inputs: JSON.parse(fields.get('inputs') ?? ''),
    inputsVersion: Number(fields.get('inputsVersion')),
    traceparent: fields.get('traceparent'),
    projectedAt: fields.get('projectedAt'),
    seq: Number(fields.get('seq')),
    cancelRequestedAt: fields.get('cancelRequestedAt'),
  };
}
