import { idempotencyKey } from '../domain/attempt.ts';
import type { Dialled, WorkerAcceptance } from '../domain/run-messages.ts';
import type { RunProjection } from '../domain/run-projection.ts';
import { acceptedEvent, acceptedView } from '../domain/run-reports.ts';
import type { StepDispatch } from '../domain/step-dispatch.ts';
import { operationEvents } from './complete-step.ts';
import type { Heard } from './dial-and-listen.ts';
import { momentOf } from './moment-of.ts';
import type { StepReport } from './ports/callbacks.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { Clock, HashJson } from './ports/system.ts';
import type { WorkerDirectory, WorkerInstance } from './ports/worker-directory.ts';
import { reportSignal } from './report-signal.ts';
import type { WriteBehind } from './write-behind.ts';

export interface SettleDialDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly hashJson: HashJson;
  readonly clock: Clock;
  readonly behind: WriteBehind;
}

/** What of a step is needed once its worker was dialled. */
export interface DialledStep {
  readonly name: string;
  /** Key of the attempt before, which whoever accepts this one settles with it. */
  readonly ended?: string | undefined;
}

/** Keeps what a dial brought, and says it in the words of the run. */
export async function settleDial(
  deps: SettleDialDeps,
  command: StepDispatch,
  step: DialledStep,
  instance: WorkerInstance,
  outcome: Heard,
): Promise<Dialled> {
  const [dialled] = await Promise.all([
    toDialled(deps, command, step, instance, outcome),
    tellDirectory(deps, command, instance, outcome),
  ]);
  return dialled;
}

/** What the directory learns of a dial, whatever becomes of its step. */
async function tellDirectory(
  { directory, behind }: SettleDialDeps,
  command: StepDispatch,
  { workerApp, workerUrl }: WorkerInstance,
  outcome: Heard,
): Promise<void> {
  // Who accepts is remembered as one that answered, in the same write.
  const isAccepted = outcome.kind === 'accepted' || (outcome.kind === 'called-back' && outcome.isAccepted);
  await Promise.all([
    isAccepted
      ? undefined
      : behind.add(
          directory.recordDial(workerApp, workerUrl, !(outcome.kind === 'unreachable' && outcome.fault)),
        ),
    command.parkings > 0 ? directory.unpark(workerApp, command) : undefined,
  ]);
}

async function toDialled(
  deps: SettleDialDeps,
  command: StepDispatch,
  step: DialledStep,
  instance: WorkerInstance,
  outcome: Heard,
): Promise<Dialled> {
  switch (outcome.kind) {
    case 'accepted':
      return accept(deps, command, step, instance);
    case 'called-back':
      return {
        kind: 'reported',
        report: outcome.report,
        accepted: acceptanceBy(instance, deps),
      };
    case 'done':
      return takeReport(deps, command, step, instance, outcome.report, outcome.operations);
    case 'refused':
      return { kind: 'refused', message: outcome.message };
    case 'superseded':
      return {
        kind: 'unreachable',
        reason: `${instance.workerApp} says that a newer attempt supersedes this one.`,
      };
    case 'unreachable': {
      const mayHaveIt = outcome.fault && outcome.isUnsent !== true;
      return { kind: 'unreachable', reason: outcome.reason, ...(mayHaveIt ? { mayHaveIt } : {}) };
    }
    case 'busy':
      return { kind: 'busy', reason: outcome.reason, retryAfterMs: outcome.retryAfterSeconds * 1_000 };
    default:
      return outcome satisfies never;
  }
}

function acceptanceBy(
  { workerApp, instanceId }: WorkerInstance,
  { clock }: SettleDialDeps,
): WorkerAcceptance {
  return { at: momentOf(clock), workerApp, instanceId };
}

/** From now on the attempt goes to another instance when this one dies or forgets it. */
export async function rememberAcceptance(
  { directory }: Pick<SettleDialDeps, 'directory'>,
  { migrationId, candidateId, runId, stepIndex, phase, attempt }: StepDispatch,
  { name, ended }: DialledStep,
  { workerApp, instanceId, workerUrl }: WorkerInstance,
): Promise<void> {
  const key = idempotencyKey(runId, name, phase, attempt);
  const attemptRef = { migrationId, candidateId, runId, stepIndex, phase, attempt };
  await directory.accept({ ...attemptRef, workerApp, instanceId, idempotencyKey: key }, workerUrl, ended);
}

async function accept(
  deps: SettleDialDeps,
  command: StepDispatch,
  step: DialledStep,
  instance: WorkerInstance,
): Promise<Dialled> {
  const acceptance = acceptanceBy(instance, deps);
  const { at, workerApp, instanceId } = acceptance;
  const { migrationId, candidateId, runId, stepIndex, phase, attempt, accepted } = command;
  const deliveries = command.deliveries + 1;
  const projection: RunProjection = {
    migrationId,
    candidateId,
    runId,
    seq: accepted.seq,
    at: at.iso,
    view: acceptedView(accepted.view, accepted.pending, at.iso),
    attempts: [
      {
        stepIndex,
        phase,
        attempt,
        startedAt: accepted.startedAt,
        inputsVersion: accepted.inputsVersion,
        instanceId,
        deliveries,
      },
    ],
    events: [
      {
        ...acceptedEvent(command, step.name, { workerApp, instanceId, deliveries }, at.iso),
        migrationId,
        candidateId,
        runId,
      },
    ],
  };
  try {
    const { projected, report } = await deps.store.projectAccepted(projection, command);
    if (report !== undefined) return { kind: 'reported', report };
    return { kind: 'accepted', ...acceptance, projected: projected === 'applied' };
  } catch {
    // The worker has it whatever the store says now, so a failing write is made up for by the workflow's next one.
    return { kind: 'accepted', ...acceptance, projected: false };
  }
}

/** A step that was done at once, or is pending at once: its body is staged as a callback's would be. */
async function takeReport(
  deps: SettleDialDeps,
  command: StepDispatch,
  step: DialledStep,
  instance: WorkerInstance,
  report: StepReport,
  operations: readonly unknown[],
): Promise<Dialled> {
  const { store, hashJson, clock, behind } = deps;
  if (report.status === 'pending') await rememberAcceptance(deps, command, step, instance);
  const { eventId: _, ...content } = report;
  const { migrationId, candidateId, runId, stepIndex, phase, attempt } = command;
  const staged = {
    migrationId,
    candidateId,
    runId,
    stepIndex,
    phase,
    attempt,
    report,
    signal: reportSignal(report),
    contentHash: hashJson(content),
  };
  const actor = { kind: 'worker', id: `${instance.workerApp}/${instance.instanceId}` } as const;
  const events = operationEvents(staged, step.name, actor, operations, clock.now().toISOString());
  // In one round trip: nothing is decided in between, and what was not admitted is not confirmed.
  await behind.add(Promise.all([store.admitCallback(staged), store.confirmCallback(staged, events)]));
  return { kind: 'reported', report: staged.signal };
}
