import { TestWorkflowEnvironment } from '@temporalio/testing';

export interface RunningTimeSkipping {
  /** `host:port`. */
  readonly address: string;
  /** What the server takes for now. */
  nowMs(): Promise<number>;
  /** Lets so much time pass at once; timers that fall due within it fire at their time. */
  skip(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the program that `findTimeSkippingServer` gave. Time goes on as usual but for what is skipped. */
export async function startTimeSkipping(path: string): Promise<RunningTimeSkipping> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  return {
    address: environment.address,
    nowMs: () => environment.currentTimeMs(),
    skip: (ms) => environment.sleep(ms),
    stop: () => environment.teardown(),
  };
}
