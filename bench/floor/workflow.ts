/** The least that can be written by hand: one signal a step, and the next step is begun when it came. */
import * as wf from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';

export const stepDone = wf.defineSignal('step-done');

const { begin } = wf.proxyLocalActivities<BareActivities>({ startToCloseTimeout: '10s' });

export async function bareRun(steps: number): Promise<void> {
  let done = 0;
  wf.setHandler(stepDone, () => {
    done += 1;
  });
  for (let step = 0; step < steps; step += 1) {
    await begin(wf.workflowInfo().workflowId);
    await wf.condition(() => done > step);
  }
}
