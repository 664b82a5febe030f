import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { until } from './until.ts';

const RETENTION_SECONDS = 86_400;

/** A Temporal namespace and Redis prefix of its own, so that tests with servers run beside each other. */
export async function createOwnNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
    });
    // A new namespace is known to every part of Temporal only after its caches were refreshed.
    await until('the namespace', async () => {
      await connection.workflowService.listOpenWorkflowExecutions({ namespace });
      return true;
    });
    return namespace;
  } finally {
    await connection.close();
  }
}
