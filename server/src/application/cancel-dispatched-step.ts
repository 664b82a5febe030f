import { idempotencyKey } from '../domain/attempt.ts';
import type { StopAnswer } from '../domain/run-stopping.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { AttemptRef } from './ports/refs.ts';
import type { StepDispatcher, StopState } from './ports/step-dispatcher.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';

export interface CancelDispatchedStepDeps {
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly dispatcher: Pick<StepDispatcher, 'cancelStep'>;
}

export interface CancelDispatchedStep extends AttemptRef {
  readonly reason?: string | undefined;
  /** How long the run still waits for it. */
  readonly graceMs?: number | undefined;
}

/** An instance that lives and does not say may be at it still; it is dead when its lease is over. */
const MAY_WORK: readonly StopState[] = ['stopping', 'unknown'];

/** Tells every live instance of the step's app to stop, since any of them may have it. Best effort. */
export const cancelDispatchedStep =
  ({ store, directory, dispatcher }: CancelDispatchedStepDeps) =>
  async (command: CancelDispatchedStep): Promise<StopAnswer> => {
    const manifest = await store.getManifest(command);
    const step = manifest?.steps[command.stepIndex];
    if (step === undefined) return { isStopping: false };
    const key = idempotencyKey(command.runId, step.name, command.phase, command.attempt);
    const app = (await directory.list()).find((one) => one.workerApp === step.workerApp);
    const live = (app?.instances ?? []).filter((one) => one.state !== 'dead');
    const states = await Promise.all(
      live.map((one) =>
        dispatcher.cancelStep(one.workerUrl, {
          ...command,
          stepName: step.name,
          idempotencyKey: key,
          instance: { workerApp: step.workerApp, instanceId: one.instanceId },
        }),
      ),
    );
    await directory.settle(step.workerApp, key, command);
    return { isStopping: states.some((state) => MAY_WORK.includes(state)) };
  };
