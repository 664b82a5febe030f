import { type Outcome, refuse } from '../domain/problem.ts';
import { type Commanded, type CommandRunDeps, findOpenRun, sendCommand } from './command-run.ts';

export interface SkipStepCommand extends Commanded {
  readonly stepName: string;
  readonly reason: string;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
}

/** As JSON; the same as for what a worker gives. */
const OUTPUTS_LIMIT = 64 * 1024;

/** Goes on without a step. Its outputs are staged in the store, so that they stay out of the engine's history. */
export const skipStep =
  (deps: CommandRunDeps) =>
  async (command: SkipStepCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const { stepName, reason, outputs, actor, commandId } = command;
    if (new TextEncoder().encode(JSON.stringify(outputs ?? {})).length > OUTPUTS_LIMIT) {
      return refuse('invalid-request', 'The outputs are larger than 64 KB.', {
        errors: [{ path: '/outputs', message: 'Store what is large elsewhere and give a reference.' }],
      });
    }
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run } = open.value;
    if (outputs !== undefined) await deps.store.stageOutputs(run, commandId, outputs);
    const outputsId = outputs === undefined ? {} : { outputsId: commandId };
    return sendCommand(deps, run, { kind: 'skip', stepName, reason, actor, ...outputsId }, commandId);
  };
