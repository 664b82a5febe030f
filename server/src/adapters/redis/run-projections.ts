import type {
  DialToCome,
  DispatchMaterial,
  MigrationStore,
} from '../../application/ports/migration-store.ts';
import type { AttemptRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';
import { attemptKey } from '../../domain/attempt.ts';
import { failureOf } from '../../domain/failure.ts';
import type { Manifest } from '../../domain/migration.ts';
import { findPrUrl } from '../../domain/pr-url.ts';
import type { Reported } from '../../domain/run-messages.ts';
import type { AttemptChange, ProjectOutcome, RunProjection, RunView } from '../../domain/run-projection.ts';
import { ATTEMPT_FIELDS, attemptArguments, toAttempt } from './attempt-fields.ts';
import { eventListArguments } from './event-arguments.ts';
import type { RedisKeys } from './keys.ts';
import type { Manifests } from './manifests.ts';
import {
  loadDispatchScript,
  projectAcceptedScript,
  projectAndLoadScript,
  projectRunScript,
  takeBackDialScript,
} from './scripts/project-run.lua.ts';
import { type Argument, listOf, type Reply, type StoreClient, textOf, textsOf } from './store-client.ts';

export function createRunProjections(
  client: StoreClient,
  keys: RedisKeys,
  manifests: Manifests,
  clock: Clock | undefined,
): Pick<MigrationStore, 'project' | 'loadDispatch' | 'projectAndLoad' | 'takeBackDial' | 'projectAccepted'> {
  /** That of Redis, unless a test gives another. */
  const givenMs = () => clock?.now().getTime() ?? '';
  return {
    async project(projection) {
      const outcome = await client.run(
        projectRunScript,
        [keys.definition(projection.migrationId)],
        projectionArguments(projection, givenMs()),
      );
      return outcome as ProjectOutcome;
    },

    async loadDispatch(attempt, dial) {
      const manifest = await manifests.get(attempt);
      if (manifest === undefined) return undefined;
      const reply = await client.run(
        loadDispatchScript,
        [keys.definition(attempt.migrationId)],
        loadArguments(attempt, dial),
      );
      return toMaterial(attempt, manifest, reply);
    },

    async projectAndLoad(projection, attempt, dial) {
      const manifest = await manifests.get(attempt);
      if (manifest === undefined) return { projected: 'not-claimed' };
      const [outcome, loaded] = listOf(
        await client.run(
          projectAndLoadScript,
          [keys.definition(attempt.migrationId)],
          [...projectionArguments(projection, givenMs()), ...loadArguments(attempt, dial)],
        ),
      );
      if (outcome !== 'applied') return { projected: outcome as Exclude<ProjectOutcome, 'applied'> };
      const material = toMaterial(attempt, manifest, loaded);
      return material === undefined ? { projected: 'not-claimed' } : { projected: outcome, material };
    },

    async takeBackDial(attempt) {
      const reply = await client.run(
        takeBackDialScript,
        [keys.definition(attempt.migrationId)],
        [attempt.runId, attemptKey(attempt)],
      );
      return reply === 1;
    },

    async projectAccepted(projection, attempt) {
      const [outcome, signal] = listOf(
        await client.run(
          projectAcceptedScript,
          [keys.definition(projection.migrationId)],
          [...projectionArguments(projection, givenMs()), attempt.runId, attemptKey(attempt)],
        ),
      );
      const report = readSignal(signal);
      return { projected: outcome as ProjectOutcome, ...(report === undefined ? {} : { report }) };
    },
  };
}

function readSignal(signal: Reply | undefined): Reported | undefined {
  return signal === '' ? undefined : JSON.parse(textOf(signal) ?? '');
}

function loadArguments(
  { candidateId, runId, stepIndex, phase, attempt }: AttemptRef,
  dial: DialToCome | undefined,
): readonly Argument[] {
  const before = { stepIndex, phase, attempt: attempt - 1 };
  const fields = attempt > 1 ? ATTEMPT_FIELDS : [];
  return [
    ...[runId, candidateId, attemptKey({ stepIndex, phase, attempt }), attemptKey(before)],
    ...[dial === undefined ? 0 : 1, dial?.listener ?? '', fields.length, ...fields],
  ];
}

function toMaterial(
  { stepIndex, phase, attempt }: AttemptRef,
  manifest: Manifest,
  reply: Reply | undefined,
): DispatchMaterial | undefined {
  if (reply === null || reply === undefined) return undefined;
  const [inputs, inputsVersion, traceparent, beforeValues, outputs, signal, dials] = listOf(reply);
  const given = listOf(beforeValues).flatMap((value, index) => {
    const text = textOf(value);
    const field = ATTEMPT_FIELDS[index];
    return text === undefined || field === undefined ? [] : [[field, text] as const];
  });
  return {
    manifest,
    inputs: JSON.parse(textOf(inputs) ?? ''),
    inputsVersion: Number(inputsVersion),
    outputs: outputsByStep(textsOf(outputs), (index) => manifest.steps[index]?.name ?? ''),
    previousAttempt: given.length === 0 ? undefined : toAttempt(stepIndex, phase, attempt - 1, given),
    traceparent: traceparent === '' ? undefined : textOf(traceparent),
    report: readSignal(signal),
    ...(dials === '' ? {} : { dials: Number(dials) }),
  };
}

function outputsByStep(flat: readonly string[], nameOf: (index: number) => string) {
  const outputs: [string, Readonly<Record<string, unknown>>][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    outputs.push([nameOf(Number(flat[index])), JSON.parse(flat[index + 1] as string)]);
  return Object.fromEntries(outputs);
}

function projectionArguments(projection: RunProjection, givenMs: Argument): readonly Argument[] {
  const { view, attempts, inputs, ended, events, at } = projection;
  const fields = viewArguments(view, attempts);
  const failure = failureArguments(projection);
  return [
    ...[projection.candidateId, projection.runId, projection.seq, at, givenMs, ended === undefined ? 0 : 1],
    ...[view.status, view.runState ?? '', view.since, Date.parse(view.since)],
    ...[failure.length, ...failure],
    ...[view.who ?? '', fields.length, ...fields],
    ...[inputs?.version ?? '', inputs === undefined ? '' : JSON.stringify(inputs.values)],
    ...[attempts.length, ...attempts.flatMap(changeArguments)],
    ...[ended?.outcome ?? '', ended?.reason ?? ''],
    ...eventListArguments(events),
  ];
}

export function failureArguments(projection: Parameters<typeof failureOf>[0]): readonly Argument[] {
  const failure = failureOf(projection);
  if (failure === 'none') return [];
  if (failure === 'unchanged') return ['='];
  const { fingerprint, coarse, stepName, failureClass, attempt, reason } = failure;
  return [fingerprint, coarse, stepName, failureClass ?? '', attemptKey(attempt), reason];
}

function viewArguments(view: RunView, attempts: readonly AttemptChange[]): readonly Argument[] {
  const prUrl = attempts.map(({ metadata }) => findPrUrl(metadata)).findLast((url) => url !== undefined);
  return [
    ...['step', view.step ?? '', 'stepIndex', view.stepIndex ?? '', 'attempt', view.attempt ?? ''],
    ...['reason', view.reason ?? ''],
    ...['pauseRequested', view.pauseRequested === true ? 'true' : ''],
    ...['heldBy', view.heldBy === undefined ? '' : JSON.stringify(view.heldBy)],
    ...(prUrl === undefined ? [] : ['prUrl', prUrl]),
  ];
}

function changeArguments(change: AttemptChange): readonly Argument[] {
  const fields = attemptArguments(change);
  return [
    ...[attemptKey(change), `${change.stepIndex}:${change.phase}`, change.attempt],
    ...[change.reportEventId ?? '', fields.length, ...fields],
  ];
}
