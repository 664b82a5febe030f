import { call } from '../support/http.ts';

export interface BareActivities {
  /** Tells whoever does the steps that one is due. */
  begin(workflowId: string): Promise<void>;
}

export function createBareActivities(driverUrl: string): BareActivities {
  return {
    begin: async (workflowId) => {
      const { status } = await call('POST', driverUrl, { workflowId });
      if (status !== 202) throw new Error(`The driver answered ${status}.`);
    },
  };
}
