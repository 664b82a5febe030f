import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import { type Commanded, findOpenRun } from './command-run.ts';
import { type CompleteStepDeps, deliverCallback } from './complete-step.ts';
import type { StepReport } from './ports/callbacks.ts';
import type { DeliveryRecorder } from './ports/delivery-log.ts';
import type { EventLog } from './ports/event-log.ts';

export interface SendTestCallbackDeps extends CompleteStepDeps {
  readonly recorder: DeliveryRecorder;
  readonly events: EventLog;
  readonly limits: { readonly testCallbacks: boolean };
}

export interface TestCallbackCommand extends Commanded {
  readonly stepName: string;
  readonly report: Omit<StepReport, 'eventId'>;
}

/** Stands in for the worker of the open attempt of a step. Never where real workers report. */
export const sendTestCallback =
  (deps: SendTestCallbackDeps) =>
  async (
    command: TestCallbackCommand,
  ): Promise<
    Outcome<{
      readonly runId: string;
      readonly result: 'accepted' | 'duplicate';
      readonly deliveryId: string;
    }>
  > => {
    const { store, clock, recorder, limits } = deps;
    if (!limits.testCallbacks)
      return refuse('test-callbacks-off', 'This server takes callbacks from workers only.');
    const open = await findOpenRun(deps, command);
    if (!open.ok) return open;
    const { run } = open.value;
    const [manifest, attempts] = await Promise.all([store.getManifest(run), store.listAttempts(run)]);
    const stepIndex = manifest?.steps.findIndex(({ name }) => name === command.stepName) ?? -1;
    const current = attempts.findLast((one) => one.stepIndex === stepIndex && one.endedAt === undefined);
    if (manifest === undefined || current === undefined)
      return refuse('step-not-dispatched', `The step "${command.stepName}" has no open attempt.`);

    const { stepName, actor } = command;
    const { phase, attempt } = current;
    const report: StepReport = { eventId: `test:${command.commandId}`, ...command.report };
    const about = { ...run, stepName, phase, attempt };
    const sentAt = clock.now();
    const delivered = await deliverCallback(deps, manifest, { ...about, report, operations: [] });
    const at = sentAt.toISOString();
    const deliveryId = recorder.record({
      direction: 'in',
      operation: 'callback',
      at,
      durationMs: clock.now().getTime() - sentAt.getTime(),
      url: 'test-callback',
      outcome: delivered.ok ? delivered.value : 'refused',
      ...(delivered.ok ? {} : { problem: delivered.problem.word }),
      detail: delivered.ok ? `Made by ${actor.id} for a test.` : delivered.problem.detail,
      isVerified: true,
      workerApp: manifest.steps[stepIndex]?.workerApp,
      ...about,
      request: { headers: {}, body: { ...about, ...report } },
    });
    if (!delivered.ok) return delivered;
    const data = { status: report.status, delivery: deliveryId };
    await deps.events.append({ at, type: 'callback.tested', actor, ...about, data });
    return succeed({ runId: run.runId, result: delivered.value, deliveryId });
  };
