import type { Candidate } from '../domain/candidate.ts';
import type { Actor } from '../domain/event.ts';
import type { Inputs, InputsPatch } from '../domain/inputs.ts';
import { type Outcome, type Problem, refuse, succeed } from '../domain/problem.ts';
import { whatWasSaid } from '../domain/prose.ts';
import { giveUpClaim } from './give-up-claim.ts';
import { isClaimOnly } from './look-at-run.ts';
import { type PatchInputsDeps, patchDeclared, patchRunInputs } from './patch-inputs.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { CandidateRef, RunRef } from './ports/refs.ts';
import type { CommandAnswer, RunCommand, RunEngine } from './ports/run-engine.ts';
import type { Clock } from './ports/system.ts';
import { unknownCandidate } from './read-candidates.ts';

export interface CommandRunDeps {
  readonly store: MigrationStore;
  readonly engine: RunEngine;
  readonly clock: Clock;
}

export interface Commanded extends CandidateRef {
  readonly actor: Actor;
  /** From the Idempotency-Key, or made for the request: repeating it gives the first answer. */
  readonly commandId: string;
}

type OpenRun = { readonly run: RunRef; readonly candidate: Candidate };

/** The open run of a candidate, or why there is none. */
export async function findOpenRun({ store }: CommandRunDeps, ref: CandidateRef): Promise<Outcome<OpenRun>> {
  const candidate = await store.getCandidate(ref);
  if (candidate === undefined) return unknownCandidate(ref);
  const { runId, runState } = candidate;
  if (runId === undefined || runState === undefined || runState === 'lost') {
    return refuse('not-running', `"${ref.candidateId}" has no open run; it is ${candidate.status}.`);
  }
  return succeed({ run: { migrationId: ref.migrationId, candidateId: ref.candidateId, runId }, candidate });
}

function problemOf(answer: Exclude<CommandAnswer, { kind: 'done' }>): {
  readonly ok: false;
  readonly problem: Problem;
} {
  switch (answer.kind) {
    case 'rejected':
      return refuse('not-waiting', answer.why);
    case 'no-run':
      return refuse('not-running', 'The run is over.');
    case 'stale':
      return refuse('unavailable', 'Somebody else is changing the inputs; send it again.', {
        retryAfterSeconds: 1,
      });
    case 'unavailable':
      return refuse('unavailable', 'The engine does not answer now.', { retryAfterSeconds: 3 });
    default:
      return answer satisfies never;
  }
}

export async function sendCommand(
  deps: CommandRunDeps,
  run: RunRef,
  command: RunCommand,
  commandId: string,
): Promise<Outcome<{ readonly runId: string }>> {
  const answer = await deps.engine.command(run, command, commandId);
  return answer.kind === 'done' ? succeed({ runId: run.runId }) : problemOf(answer);
}

/** One change of inputs is in the store within milliseconds. */
const STALE_PAUSE_MS = 50;
const STALE_TRIES = 20;

/**
 * Sends a command with inputs that are made from those that the store has: again while somebody else changes them, so
 * that of two changes at once none undoes the other.
 */
async function sendPatch(
  deps: CommandRunDeps & PatchInputsDeps,
  run: RunRef,
  patch: InputsPatch,
  compose: (inputs: Inputs, ifInputsVersion: number | undefined) => RunCommand,
  commandId: string,
): Promise<Outcome<Inputs>> {
  for (let tries = 1; ; tries += 1) {
    const patched = await patchRunInputs(deps, run, patch);
    if (!patched.ok) return patched;
    const { inputs, version } = patched.value;
    const answer = await deps.engine.command(run, compose(inputs, version), commandId);
    if (answer.kind === 'done') return succeed(inputs);
    if (answer.kind !== 'stale' || tries === STALE_TRIES) return problemOf(answer);
    await new Promise((resolve) => setTimeout(resolve, STALE_PAUSE_MS));
  }
}

export interface CancelRunCommand extends Commanded {
  readonly reason?: string | undefined;
  readonly compensate: boolean;
}

const ABANDONS =
  'The run is undoing what it did; to cancel it abandons the undos that are left, and needs a reason.';

export const cancelRun =
  (deps: CommandRunDeps) =>
  async (command: CancelRunCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run, candidate } = open.value;
    if (candidate.runState === 'cancelling')
      return refuse('cancelling', 'The run is being cancelled already.');
    const { compensate, actor } = command;
    const reason = whatWasSaid(command.reason);
    if (candidate.runState === 'compensating' && !compensate && reason === undefined)
      return refuse('invalid-request', ABANDONS, { errors: [{ path: 'reason', message: 'is required.' }] });
    // Before the engine shows it: the run would end without an undo, whatever this one asks for.
    if (compensate && (await deps.store.getRun(run))?.cancelRequestedAt !== undefined)
      return refuse(
        'cancelling',
        'The run is being cancelled without undoing; roll it back once it is over.',
      );
    const tell = () => deps.engine.cancel(run, { reason, compensate, actor });
    let answer = await tell();
    if (answer.kind === 'no-run') {
      const stored = await deps.store.getRun(run);
      const isStarting = stored !== undefined && isClaimOnly(stored);
      if (isStarting && (await giveUpClaim(deps, run, { actor, reason })))
        return succeed({ runId: run.runId });
      // It has begun meanwhile.
      if (isStarting) answer = await tell();
    }
    if (answer.kind !== 'done') return problemOf(answer);
    // From now on a start says that the run is being cancelled, also before the engine has shown it, and the
    // reconciler ends the run when it does not react: never one that has yet to undo what it did.
    if (compensate) await deps.store.noteUndoRequest(run);
    else await deps.store.noteCancelRequest(run, deps.clock.now().toISOString());
    return succeed({ runId: run.runId });
  };

export interface RetryStepCommand extends Commanded {
  readonly stepName: string;
  readonly inputs?: Inputs | undefined;
}

export const retryStep =
  (deps: CommandRunDeps & PatchInputsDeps) =>
  async (command: RetryStepCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run } = open.value;
    const { stepName, actor, commandId } = command;
    if (command.inputs === undefined)
      return sendCommand(deps, run, { kind: 'retry', stepName, actor }, commandId);
    const compose = (inputs: Inputs, ifInputsVersion: number | undefined): RunCommand => ({
      kind: 'retry',
      ...{ stepName, actor, inputs, ifInputsVersion },
    });
    const sent = await sendPatch(deps, run, command.inputs, compose, commandId);
    return sent.ok ? succeed({ runId: run.runId }) : sent;
  };

export interface ApproveStepCommand extends Commanded {
  readonly stepName: string;
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string | undefined;
}

export const approveStep =
  (deps: CommandRunDeps) =>
  async (command: ApproveStepCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { stepName, decision, actor, commandId } = command;
    const comment = whatWasSaid(command.comment);
    return sendCommand(
      deps,
      open.value.run,
      { kind: 'decide', stepName, decision, comment, actor },
      commandId,
    );
  };

export interface ChangeInputsCommand extends Commanded {
  readonly patch: InputsPatch;
}
export interface ChangedInputs {
  readonly inputs: Inputs;
  readonly appliesTo: 'next-start' | 'next-attempt';
}

/** Stores the inputs for the next start, or tells the open run, whose next attempt uses them. */
export const changeInputs =
  (deps: CommandRunDeps & PatchInputsDeps) =>
  async (command: ChangeInputsCommand): Promise<Outcome<ChangedInputs>> => {
    const { store, clock, patterns } = deps;
    const candidate = await store.getCandidate(command);
    if (candidate === undefined) return unknownCandidate(command);
    const open = await findOpenRun(deps, command);
    if (open.ok) return changeOpenRun(deps, open.value.run, command);
    const migration = await store.getMigration(command.migrationId);
    const declared = migration?.requiredInputs ?? [];
    const checked = patchDeclared(declared, candidate.inputs, command.patch, { patterns, isPartial: true });
    if (!checked.ok) return checked;
    const event = {
      at: clock.now().toISOString(),
      type: 'inputs.changed',
      actor: command.actor,
      migrationId: command.migrationId,
      candidateId: command.candidateId,
    };
    const stored = await store.setInputs(command, checked.value, event, candidate.inputs);
    // By somebody else, so that each time one of them comes through.
    if (stored === 'changed') return changeInputs(deps)(command);
    if (stored === 'not-found') return unknownCandidate(command);
    if (stored === 'run-open') return refuse('run-open', 'A run was started meanwhile; send it again.');
    return succeed({ inputs: checked.value, appliesTo: 'next-start' });
  };

async function changeOpenRun(
  deps: CommandRunDeps & PatchInputsDeps,
  run: RunRef,
  command: ChangeInputsCommand,
): Promise<Outcome<ChangedInputs>> {
  const { patch, actor, commandId } = command;
  const compose = (inputs: Inputs, ifInputsVersion: number | undefined): RunCommand => ({
    kind: 'change-inputs',
    ...{ inputs, ifInputsVersion, actor },
  });
  const sent = await sendPatch(deps, run, patch, compose, commandId);
  return sent.ok ? succeed({ inputs: sent.value, appliesTo: 'next-attempt' }) : sent;
}
