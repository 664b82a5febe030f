import type { MigrationStore } from '../../src/application/ports/migration-store.ts';
import type { RunRef } from '../../src/application/ports/refs.ts';
import type { EngineAnswer, RunCommand, RunEngine } from '../../src/application/ports/run-engine.ts';
import type { Clock } from '../../src/application/ports/system.ts';
import type { RunView } from '../../src/domain/run-projection.ts';

/** Stands for Temporal: does what it is told and writes to the store as the engine would. */
export interface ObedientEngine extends RunEngine {
  startAnswer: Awaited<ReturnType<RunEngine['start']>>;
  /** To commands, cancels and reports. */
  answer: EngineAnswer;
  /** Ids of commands, in the order in which they came. */
  readonly commands: string[];
  /** What they say. */
  readonly given: RunCommand[];
  /** Moves a run to another view; `ended` closes it; the attempt is of the first step. */
  show(
    run: RunRef,
    view: Partial<RunView>,
    ended?: 'completed' | 'cancelled',
    attempt?: number,
  ): Promise<void>;
}

export function createObedientEngine(store: MigrationStore, clock: Clock): ObedientEngine {
  let seq = 0;
  const commands: string[] = [];
  const given: RunCommand[] = [];
  const engine: ObedientEngine = {
    startAnswer: 'started',
    answer: { kind: 'done' },
    commands,
    given,
    show: async (run, view, ended, attempt = 1) => {
      seq += 1;
      const at = clock.now().toISOString();
      const where = { step: 'greet', stepIndex: 0, attempt };
      const hasFailed = view.runState === 'awaiting_retry';
      const failure = {
        outcome: 'failed',
        failureClass: 'invalid',
        message: view.reason,
        endedAt: at,
      } as const;
      await store.project({
        ...run,
        seq,
        at,
        view: {
          ...{ status: 'running', runState: 'in_progress', since: at, who: 'worker' },
          ...(hasFailed ? where : {}),
          ...view,
        },
        attempts: [
          {
            ...{ stepIndex: 0, phase: 'execute', attempt, startedAt: at, inputsVersion: 1 },
            ...(hasFailed ? failure : {}),
          },
        ],
        events: [],
        ended: ended === undefined ? undefined : { outcome: ended },
      });
    },
    start: async (run) => {
      if (engine.startAnswer === 'started') await engine.show(run, {});
      return engine.startAnswer;
    },
    reportStep: async () => engine.answer,
    cancel: async () => engine.answer,
    command: async (_run, command, commandId) => {
      commands.push(commandId);
      given.push(command);
      return engine.answer;
    },
    progress: async () => undefined,
    describe: async () => 'open',
    latest: async () => 'none',
    listOpen: async () => ({ items: [] }),
    listClosed: async () => ({ items: [] }),
    terminate: async () => {},
    wake: async () => ({ kind: 'done' }),
    redeliver: async () => ({ kind: 'done' }),
  };
  return engine;
}
