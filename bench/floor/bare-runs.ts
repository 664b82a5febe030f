import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningProcess } from '@loom/stack';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from '../support/expect.ts';
import type { Parts } from '../support/stack.ts';

export interface BareRuns {
  readonly process: RunningProcess;
  start(id: string, steps: number): Promise<WorkflowHandle>;
  /** Signals that were sent so far. */
  readonly signals: () => number;
  /** From now on steps are begun and not finished. */
  hold(): void;
  /** How many steps wait for their signal. */
  readonly held: () => number;
  /** The oldest of them, by workflow id. */
  takeHeld(count: number): readonly string[];
  signal(workflowIds: readonly string[]): Promise<void>;
}

/** The floor: the bare workflow, and a driver in this process that signals as soon as a step is begun. */
export async function startBareRuns(parts: Parts): Promise<BareRuns> {
  const { workflow } = parts.temporalClient;
  const held: string[] = [];
  let isHolding = false;
  let signals = 0;
  let failure: unknown;
  const signal = async (workflowId: string) => {
    await workflow.getHandle(workflowId).signal('step-done');
    signals += 1;
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const { workflowId } = JSON.parse(text) as { readonly workflowId: string };
      response.writeHead(202).end();
      if (isHolding) held.push(workflowId);
      else
        signal(workflowId).catch((error: unknown) => {
          failure ??= error;
        });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  parts.keep({
    stop: async () => {
      server.closeAllConnections();
      server.close();
      if (failure !== undefined) throw failure;
    },
  });
  const driverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/begin`;
  const worker = await parts.startScript('bench/floor/bare-worker.ts', { DRIVER_URL: driverUrl });
  return {
    process: worker,
    start: (workflowId, steps) => workflow.start('bareRun', { workflowId, taskQueue: 'bare', args: [steps] }),
    signals: () => signals,
    hold: () => {
      isHolding = true;
    },
    held: () => held.length,
    takeHeld: (count) => held.splice(0, count),
    signal: async (workflowIds) => {
      expect(workflowIds.length > 0, 'nothing is held');
      for (let from = 0; from < workflowIds.length; from += 50)
        await Promise.all(workflowIds.slice(from, from + 50).map(signal));
    },
  };
}
