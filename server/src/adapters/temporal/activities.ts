import {
  type CancelDispatchedStepDeps,
  cancelDispatchedStep,
} from '../../application/cancel-dispatched-step.ts';
import { dispatchOnward } from '../../application/dispatch-onward.ts';
import { type DispatchStepDeps, dispatchStep } from '../../application/dispatch-step.ts';
import { projectRun } from '../../application/project-run.ts';
import { type ReconcileDeps, reconcilePage } from '../../application/reconcile-runs.ts';
import { attemptKey } from '../../domain/attempt.ts';
import type { RunActivities } from '../../workflows/activity-types.ts';
import type { ReconcileActivities } from '../../workflows/reconcile.ts';

export type ActivityDeps = Omit<DispatchStepDeps, 'behind'> & CancelDispatchedStepDeps & ReconcileDeps;

/** What workflows call, and what the history is to tell of it. */
export function createActivities(deps: ActivityDeps): RunActivities & ReconcileActivities {
  const dispatch = dispatchOnward(deps, (behind) => dispatchStep({ ...deps, behind }));
  return {
    project: projectRun(deps),
    dispatch: async (command) => ({
      ...(await dispatch(command)),
      of: attemptKey(command),
      hasOneAlarm: true,
      keepsTimers: true,
    }),
    cancelStep: cancelDispatchedStep(deps),
    reconcilePage: reconcilePage(deps),
  };
}
