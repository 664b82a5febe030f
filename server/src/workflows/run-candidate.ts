/**
 * The interpreter: one workflow per candidate. What a run does is decided in `domain/next-action.ts` and
 * `domain/run-*.ts`, and carried out in `interpreter.ts`. REPLAY-SENSITIVE.
 */
import * as wf from '@temporalio/workflow';
import { TEMPORAL_ACTOR } from '../domain/event.ts';
import { applyCancel } from '../domain/run-commands.ts';
import { Interpreter, now } from './interpreter.ts';
import { listen } from './listen.ts';
import type { RunInput } from './messages.ts';

export async function runCandidate(input: RunInput): Promise<void> {
  const session = new Interpreter(input);
  const scope = wf.CancellationScope.current();
  scope.cancelRequested.catch(() =>
    session.change((run) =>
      applyCancel(run, { compensate: false, actor: TEMPORAL_ACTOR, reason: 'Cancelled in Temporal.' }, now()),
    ),
  );
  listen(session);
  await wf.CancellationScope.nonCancellable(() => session.interpret());
}
