import type { WorkflowInfo, WorkflowInterceptors } from '@temporalio/workflow';

/** Temporal suggests it after 4,096 events; the sooner it does, the shorter the tests. */
export const SUGGEST_AFTER_EVENTS = 600;

/** Of the SDK, inside of a workflow. */
interface Activator {
  mutateWorkflowInfo(change: (info: WorkflowInfo) => WorkflowInfo): void;
}

/** Says in the place of the server that a history has grown long: the one that skips time never does. */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate(input, next) {
        const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as unknown as {
          readonly __TEMPORAL_ACTIVATOR__: Activator;
        };
        activator.mutateWorkflowInfo((info) => ({
          ...info,
          continueAsNewSuggested: info.historyLength > SUGGEST_AFTER_EVENTS,
        }));
        return next(input);
      },
    },
  ],
});
