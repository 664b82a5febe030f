import type { Outcome } from '../domain/problem.ts';
import { whatWasSaid } from '../domain/prose.ts';
import { type Commanded, type CommandRunDeps, findOpenRun, sendCommand } from './command-run.ts';

export interface PauseRunCommand extends Commanded {
  readonly reason?: string | undefined;
}

const tell =
  (kind: 'pause' | 'resume') =>
  (deps: CommandRunDeps) =>
  async (command: PauseRunCommand): Promise<Outcome<{ readonly runId: string }>> => {
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const reason = whatWasSaid(command.reason);
    const said = reason === undefined ? {} : { reason };
    return sendCommand(deps, open.value.run, { kind, actor: command.actor, ...said }, command.commandId);
  };

/** Dispatches nothing more of one run; what a worker has goes on. */
export const pauseRun = tell('pause');
export const resumeRun = tell('resume');
